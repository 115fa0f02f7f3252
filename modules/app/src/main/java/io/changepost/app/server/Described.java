package io.changepost.app.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What JMX clients tell people of an MBean, an attribute, an operation or a parameter. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER})
@interface Described {

  /** A sentence. */
  String value();

  /** A parameter's name. */
  String name() default "";
}
