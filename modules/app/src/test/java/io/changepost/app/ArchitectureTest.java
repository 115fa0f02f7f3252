package io.changepost.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Random;
import java.util.Set;

/** Who may know whom, as docs/adr and the packages' own words have it. */
@AnalyzeClasses(
    packages = "io.changepost",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestkit.class})
class ArchitectureTest {

  /** The testkit is made for tests alone. */
  static final class NoTestkit implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("testkit");
    }
  }

  @ArchTest
  static final ArchRule DOMAIN_USES_THE_JDK_ALONE =
      classes()
          .that()
          .resideInAPackage("io.changepost.domain..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.changepost.domain..", "java..", "javax.crypto..", "org.jspecify..");

  @ArchTest
  static final ArchRule PERSISTENCE_KNOWS_NO_DELIVERY_AND_NO_CAMEL =
      noClasses()
          .that()
          .resideInAPackage("io.changepost.persistence..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.changepost.delivery..",
              "io.changepost.routing..",
              "io.changepost.api..",
              "io.changepost.app..",
              "org.apache.camel..",
              "org.apache.hc..");

  @ArchTest
  static final ArchRule DELIVERY_KNOWS_NO_DATABASE =
      noClasses()
          .that()
          .resideInAPackage("io.changepost.delivery..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.changepost.persistence..",
              "io.changepost.routing..",
              "io.changepost.api..",
              "io.changepost.app..",
              "java.sql..",
              "javax.sql..",
              "org.springframework..");

  @ArchTest
  static final ArchRule ROUTING_KNOWS_NO_API =
      noClasses()
          .that()
          .resideInAPackage("io.changepost.routing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.changepost.api..", "io.changepost.app..");

  @ArchTest
  static final ArchRule API_KNOWS_NO_ROUTING =
      noClasses()
          .that()
          .resideInAPackage("io.changepost.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.changepost.routing..", "io.changepost.app..", "org.apache.camel..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.changepost.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule WHAT_NOBODY_ELSE_USES_IS_NOT_PUBLIC =
      classes()
          .that()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .and()
          .doNotHaveFullyQualifiedName("io.changepost.app.Changepost")
          .and()
          // JMX proxies it by reflection, which a package-private interface forbids.
          .haveSimpleNameNotEndingWith("MXBean")
          .should(new UsedByAnotherPackage());

  @ArchTest
  static final ArchRule TIME_AND_CHANCE_ARE_GIVEN =
      noClasses()
          .should()
          .callMethodWhere(
              target(
                  "takes the time or a chance from nowhere",
                  Set.of("now", "currentTimeMillis", "random"),
                  Set.of(
                      "java.time.Instant",
                      "java.time.OffsetDateTime",
                      "java.time.ZonedDateTime",
                      "java.time.LocalDate",
                      "java.time.LocalDateTime",
                      "java.lang.System",
                      "java.lang.Math")))
          .orShould()
          .callConstructor(Random.class);

  @ArchTest
  static final ArchRule NO_UTIL =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .resideInAPackage("..util..");

  @ArchTest
  static final ArchRule OURS_DO_NOT_INHERIT_FROM_OURS = classes().should(new InheritFromOthers());

  private static DescribedPredicate<JavaAccess<?>> target(
      String what, Set<String> methods, Set<String> owners) {
    return DescribedPredicate.describe(
        what,
        access ->
            methods.contains(access.getName())
                && owners.contains(access.getTargetOwner().getName())
                // With a clock or a zone given it is not from nowhere.
                && takesNothing(access));
  }

  private static boolean takesNothing(JavaAccess<?> access) {
    return access.getTarget()
            instanceof com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget unit
        && unit.getRawParameterTypes().isEmpty();
  }

  private static final class UsedByAnotherPackage extends ArchCondition<JavaClass> {

    UsedByAnotherPackage() {
      super("be used by another package");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      boolean used =
          type.getDirectDependenciesToSelf().stream()
              .anyMatch(
                  one -> !one.getOriginClass().getPackageName().equals(type.getPackageName()));
      boolean shown =
          type.getDirectDependenciesToSelf().stream()
              .anyMatch(one -> one.getOriginClass().getModifiers().contains(JavaModifier.PUBLIC));
      if (!used && !shown) {
        events.add(
            SimpleConditionEvent.violated(type, type.getName() + " is public and nobody needs it"));
      }
    }
  }

  private static final class InheritFromOthers extends ArchCondition<JavaClass> {

    InheritFromOthers() {
      super("not inherit from a class of ours");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      type.getRawSuperclass()
          .filter(parent -> parent.getPackageName().startsWith("io.changepost"))
          .filter(parent -> !type.isAnonymousClass() && !type.isEnum())
          .ifPresent(
              parent ->
                  events.add(
                      SimpleConditionEvent.violated(
                          type, type.getName() + " extends " + parent.getName())));
    }
  }
}
