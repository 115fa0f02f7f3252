package io.changepost.app.server;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Optional;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;

/** An MXBean that shows the words that its interface has in {@link Described}. */
final class DescribedBean extends StandardMBean {

  private final Class<?> words;

  <T> DescribedBean(T bean, Class<T> words) {
    super(bean, words, true);
    this.words = words;
  }

  @Override
  protected String getDescription(MBeanInfo info) {
    return Optional.ofNullable(words.getAnnotation(Described.class))
        .map(Described::value)
        .orElse("");
  }

  @Override
  protected String getDescription(MBeanFeatureInfo info) {
    return method(info)
        .map(found -> found.getAnnotation(Described.class))
        .map(Described::value)
        .orElse("");
  }

  @Override
  protected String getDescription(MBeanOperationInfo info, MBeanParameterInfo one, int at) {
    return parameter(info, at).map(Described::value).orElse("");
  }

  @Override
  protected String getParameterName(MBeanOperationInfo info, MBeanParameterInfo one, int at) {
    return parameter(info, at).map(Described::name).orElse(one.getName());
  }

  @Override
  protected int getImpact(MBeanOperationInfo info) {
    return info.getReturnType().equals("void")
        ? MBeanOperationInfo.ACTION
        : MBeanOperationInfo.ACTION_INFO;
  }

  private Optional<Described> parameter(MBeanOperationInfo info, int at) {
    return method(info)
        .map(found -> found.getParameters()[at])
        .map((Parameter parameter) -> parameter.getAnnotation(Described.class));
  }

  /** No two operations of ours have one name. */
  private Optional<Method> method(MBeanFeatureInfo info) {
    String name = info.getName();
    return Arrays.stream(words.getMethods())
        .filter(
            info instanceof MBeanAttributeInfo
                ? one -> one.getName().equals("get" + name) || one.getName().equals("is" + name)
                : one -> one.getName().equals(name))
        .findFirst();
  }
}
