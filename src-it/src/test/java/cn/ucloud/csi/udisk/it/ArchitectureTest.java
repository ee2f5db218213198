package cn.ucloud.csi.udisk.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.ClassesShould;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of structure, each with its reason. */
class ArchitectureTest {
  private static final String ROOT = "cn.ucloud.csi.udisk.";
  private static final String COMMON = ROOT + "common..";
  private static final String CONTROLLER = ROOT + "controller..";
  private static final String ADMIN = ROOT + "admin..";
  private static final String NODE = ROOT + "node..";
  private static final String SIMULATOR = ROOT + "simulator..";
  private static final String ORCHESTRATOR = ROOT + "orchestrator..";
  private static final String TRACING = ROOT + "tracing..";
  private static final String[] DRIVER = {COMMON, CONTROLLER, ADMIN, NODE, TRACING};

  /** The actions that change nothing, whatever their parameters are. */
  private static final String[] READS = {
    "DescribePHost", "DescribeUDisk", "DescribeUDiskSnapshot", "DescribeUHostInstance"
  };

  /** Methods of the Kubernetes client that change something there. */
  private static final String CHANGES =
      "(create|patch|update|edit|delete|replace|serverSideApply|createOr|scale|evict|cordon|uncordon"
          + "|drain|approve|deny|restart|pause|resume|undo|exec|attach|upload|run)([A-Z].*)?";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              ROOT + "common",
              ROOT + "controller",
              ROOT + "admin",
              ROOT + "node",
              ROOT + "tracing",
              ROOT + "simulator",
              ROOT + "orchestrator");

  @ParameterizedTest
  @CsvSource({
    "common,30",
    "controller,30",
    "admin,1",
    "node,30",
    "tracing,3",
    "simulator,30",
    "orchestrator,30"
  })
  void everyModuleIsLookedAt(String module, int least) {
    assertThat(CLASSES.stream().filter(c -> c.getPackageName().startsWith(ROOT + module)))
        .as("without classes every rule below would hold")
        .hasSizeGreaterThan(least);
  }

  @Test
  void commonKnowsNeitherProcess() {
    check(
        noClasses()
            .that()
            .resideInAPackage(COMMON)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONTROLLER, ADMIN, NODE)
            .because("it is what both processes are built on"));
  }

  @Test
  void controllerAndNodeNeverSeeEachOther() {
    String reason = "they run in different pods, with other rights, and are upgraded apart";
    check(from(CONTROLLER).dependOnClassesThat().resideInAPackage(NODE).because(reason));
    check(from(NODE).dependOnClassesThat().resideInAPackage(CONTROLLER).because(reason));
  }

  @Test
  void adminUsesOfTheControllerWhatIsDecidedOnce() {
    check(
        from(ADMIN)
            .dependOnClassesThat(
                resideInAnyPackage(CONTROLLER)
                    .and(
                        not(
                            resideInAnyPackage(
                                ROOT + "controller.kube.client",
                                ROOT + "controller.kube.record",
                                ROOT + "controller.model"))))
            .because("names of disks and which Node a host is are decided once (decision 20)"));
    check(
        from(ADMIN)
            .dependOnClassesThat()
            .resideInAPackage(NODE)
            .because("nodes are asked by exec"));
    check(
        from(COMMON, CONTROLLER, NODE, SIMULATOR, ORCHESTRATOR)
            .dependOnClassesThat()
            .resideInAPackage(ADMIN)
            .because("the driver works without its administrator"));
  }

  @Test
  void adminChangesNothingInTheCloud() {
    String reason = "what must change in the cloud changes through objects (decision 20)";
    check(
        from(ADMIN)
            .dependOnClassesThat(
                assignableTo(UCloudAction.class)
                    .and(not(type(UCloudAction.class)))
                    .and(not(named(READS))))
            .because(reason));
    check(from(ADMIN).beAssignableTo(UCloudAction.class).because(reason));
  }

  @Test
  void theReadsAreThoseThatAlwaysAreReads() {
    List<String> reads = new ArrayList<>();
    for (JavaClass action : CLASSES.that(assignableTo(UCloudAction.class))) {
      if (action.getPackageName().equals(ROOT + "common.ucloud.udisk")
          && action.getSimpleName().startsWith("Describe")
          && !action.isAssignableTo(Mutation.class)) {
        reads.add(action.getSimpleName());
      }
    }
    assertThat(reads).containsExactlyInAnyOrder(READS);
  }

  @Test
  void adminChangesNothingInTheCluster() {
    String reason = "every change is sent with the user's own kubectl and rights (decision 20)";
    check(changingCalls(ADMIN).because(reason));
    check(from(ADMIN).dependOnClassesThat(named("Patches")).because(reason));
    assertThat(changingCalls(CONTROLLER).evaluate(CLASSES).hasViolation())
        .as("the controller changes objects, or the rule looks for other methods than there are")
        .isTrue();
  }

  private static ArchRule changingCalls(String callers) {
    return from(callers)
        .callMethodWhere(
            DescribedPredicate.describe(
                "the Kubernetes client changes something",
                (JavaMethodCall call) ->
                    resideInAPackage("io.fabric8.kubernetes.client..").test(call.getTargetOwner())
                        && (call.getName().matches(CHANGES)
                            || (call.getName().equals("raw")
                                && call.getTarget().getRawParameterTypes().size() > 1))));
  }

  @Test
  void simulatorAndDriverShareNoClass() {
    String reason = "a misunderstanding must not agree with itself";
    check(
        from(SIMULATOR, ORCHESTRATOR)
            .dependOnClassesThat()
            .resideInAnyPackage(DRIVER)
            .because(reason));
    check(
        from(DRIVER)
            .dependOnClassesThat()
            .resideInAnyPackage(SIMULATOR, ORCHESTRATOR)
            .because(reason));
  }

  @Test
  void theSimulatorKnowsNeitherGrpcNorCsi() {
    check(
        from(SIMULATOR)
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "csi.v1..", "com.google.protobuf..", ORCHESTRATOR)
            .because("a region speaks JSON over HTTP, and knows nobody who calls it"));
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching(ROOT + "(**)")
        .should()
        .beFreeOfCycles()
        .because("a package that needs its caller is no room of its own")
        .check(CLASSES);
  }

  @Test
  void onlyStorageAndTheCallsReachWhatTheRpcsDo() {
    String[] rooms = {
      ROOT + "controller.attach..",
      ROOT + "controller.provision..",
      ROOT + "controller.snapshot..",
      ROOT + "controller.listing.."
    };
    check(
        noClasses()
            .that()
            .resideInAPackage(CONTROLLER)
            .and()
            .resideOutsideOfPackages(rooms)
            .and()
            .resideOutsideOfPackage(ROOT + "controller.health..") // what it says rests on lists
            .and(
                not(
                    named(
                        "Storage",
                        "VolumeCalls",
                        "SnapshotCalls",
                        "ControllerMain",
                        "ControllerGauges")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(rooms)
            .because(
                "what an RPC does is wired in Storage and called by the RPC; gauges count it"));
  }

  @Test
  void nodeHasNoCloudClient() {
    check(
        from(NODE)
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "common.ucloud..")
            .because("a node holds no cloud keys; all it may ask is the metadata server"));
  }

  @Test
  void kubernetesIsKnownInOnePackageOnly() {
    check(
        driverOutside(resideInAnyPackage(ROOT + "controller.kube..", ADMIN))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..")
            .because("nodes have no Kubernetes access, the controller only in .kube, admin reads"));
  }

  @Test
  void openTelemetryIsKnownInOnePackageWhichNobodyNeeds() {
    String reason = "where traces are off it is not on the class path (decision 25)";
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(TRACING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry..", TRACING)
            .because(reason));
    check(
        from(TRACING)
            .dependOnClassesThat()
            .resideInAnyPackage(CONTROLLER, NODE, ADMIN)
            .because("both processes are traced by the same"));
  }

  @Test
  void nothingComesBackToServicesAndMains() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(ROOT + "controller.(*)..", ROOT + "node.(*)..", COMMON)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "controller", ROOT + "node")
            .because("a call goes down and never back up"));
  }

  @Test
  void protocolTypesStopAtTheirBorder() {
    check(
        driverOutside(
                resideInAnyPackage(
                        ROOT + "common.grpc..",
                        ROOT + "common.health..",
                        ROOT + "common.identity..",
                        ROOT + "controller.request..",
                        ROOT + "node.request..")
                    .or(
                        named(
                            "ControllerService",
                            "VolumeCalls",
                            "SnapshotCalls",
                            "HealthCalls",
                            "NodeService",
                            "StatsAnswers",
                            "ControllerMain",
                            "NodeMain")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("csi.v1..", "com.google.protobuf..")
            .because("requests are read once into checked values; mains only announce abilities"));
  }

  @Test
  void grpcStopsAtItsBorder() {
    check(
        driverOutside(
                resideInAnyPackage(
                        ROOT + "common.grpc..",
                        ROOT + "common.identity..",
                        ROOT + "common.process..")
                    .or(named("ControllerService", "NodeService", "ControllerMain", "NodeMain")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..")
            .because("what is behind the services works without a server"));
  }

  @Test
  void transportIsHiddenInItsServer() {
    check(
        driverOutside(named("CsiServer", "UnixServerSocket", "UnixSocket"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc.okhttp..", "io.grpc.netty..")
            .because("the transport is experimental API and was chosen by figures (decision 2)"));
  }

  @Test
  void jsonStopsWhereItIsRead() {
    check(
        driverOutside(
                resideInAnyPackage(ROOT + "common.ucloud..", ROOT + "node.info..", ADMIN)
                    .or(named("Secret", "Json")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson..")
            .because(
                "JSON is the cloud's language, and that of admin's answers; Secret only is masked"));
  }

  @Test
  void refusalsOfTheCloudAreTranslatedInOnePlace() {
    check(
        noClasses()
            .that()
            .resideInAPackage(CONTROLLER)
            .and(not(named("ApiCalls", "ApiErrors")))
            .should()
            .dependOnClassesThat()
            .haveNameMatching(".*\\.common\\.ucloud\\.(UCloudException|RetCode)(\\$.*)?")
            .because("above ApiCalls an error says what the caller must do, not a RetCode"));
  }

  @Test
  void onlyGrpcStatusesChoosesCodes() {
    String reason = "a gRPC code is a promise to the sidecars and is chosen by type (decision 3)";
    check(
        driverOutside(named("GrpcStatuses"))
            .should()
            .callMethodWhere(
                target(owner(type(Status.class).or(type(Status.Code.class))))
                    .and(target(nameMatching("fromCode|fromCodeValue|toStatus|withDescription"))))
            .because(reason));
    check(
        driverOutside(named("GrpcStatuses"))
            .should()
            .accessFieldWhere(
                target(owner(type(Status.class).or(type(Status.Code.class))))
                    .and(not(target(name("CANCELLED")))))
            .because(reason + "; CANCELLED is only recognised"));
    check(
        driverOutside(named("GrpcStatuses"))
            .should()
            .callConstructorWhere(
                target(owner(type(StatusRuntimeException.class).or(type(StatusException.class)))))
            .because(reason));
  }

  @Test
  void environmentIsReadInMains() {
    check(
        noClasses()
            .that(not(named("ControllerMain", "NodeMain", "AdminMain", "SimulatorMain")))
            .should()
            .callMethodWhere(target(owner(type(System.class))).and(target(name("getenv"))))
            .because("configuration is read once, before any thread starts"));
  }

  @Test
  void standardStreamsBelongToMains() {
    check(
        noClasses()
            .that(
                not(
                    named(
                        "ServerProcess",
                        "AdminMain",
                        "SimulatorMain",
                        "DemoMain",
                        "AotTrainingMain",
                        "TrainingCalls",
                        "TrainedProcess")))
            .should()
            .accessFieldWhere(
                target(owner(type(System.class))).and(target(nameMatching("out|err"))))
            .because("everything else is logged, with the id of its call"));
  }

  @Test
  void loggingGoesThroughSlf4j() {
    check(
        noClasses()
            .that(not(named("CsiServer", "LogSetup", "DemoMain")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..")
            .because("these three only tell gRPC's own loggers to be quiet"));
    check(
        driverOutside(resideInAnyPackage(ROOT + "common.log.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ch.qos.logback..")
            .because("where lines go is decided in one place"));
  }

  @Test
  void flagsAreReadInOptions() {
    check(
        noClasses()
            .that(
                not(
                    resideInAnyPackage(ROOT + "common.config..", ADMIN)
                        .or(
                            named(
                                "CloudOptions",
                                "ClusterOptions",
                                "ControllerOptions",
                                "NodeOptions",
                                "ProxyOptions",
                                "SimulatorMain"))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..")
            .because("the rest is given immutable config and cannot tell where it came from"));
  }

  @Test
  void kernelIsReachedInTwoPackages() {
    check(
        driverOutside(named("-"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..")
            .because("a system call that a disk holds up cannot be killed (decision 14)"));
    check(
        from(NODE)
            .dependOnClassesThat()
            .areAssignableTo(FileChannel.class)
            .because("devices are read by a child process, and nothing else needs one"));
    check(
        driverOutside(resideInAnyPackage(ROOT + "node.command..").or(named("CallProcess")))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class)
            .because("every program gets a time limit, drained streams and no shell"));
    check(
        driverOutside(named("-"))
            .should()
            .callMethodWhere(target(owner(type(Runtime.class))).and(target(name("exec"))))
            .because("ProcessBuilder is the one way to start a program"));
  }

  @Test
  void timeIsInjectedWhereItIsWaitedFor() {
    check(
        driverOutside(named("TimeSource", "UnixServerSocket"))
            .should()
            .callMethodWhere(target(owner(type(Thread.class))).and(target(name("sleep"))))
            .because("a test must not wait; accept() alone has a real pause"));
  }

  @Test
  void everyPackageIsNullMarked() {
    check(
        classes()
            .should(beInANullMarkedPackage())
            .because("NullAway looks only at packages that say so"));
  }

  @Test
  void namesSayWhatAClassIs() {
    check(
        noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .because("such a name says that something has no name yet"));
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  private static ClassesShould from(String... packages) {
    return noClasses().that().resideInAnyPackage(packages).should();
  }

  private static GivenClassesConjunction driverOutside(DescribedPredicate<JavaClass> allowed) {
    return noClasses().that().resideInAnyPackage(DRIVER).and(not(allowed));
  }

  /** Classes of these simple names, with everything nested in them. */
  private static DescribedPredicate<JavaClass> named(String... simpleNames) {
    return DescribedPredicate.describe(
        "named " + String.join(", ", simpleNames),
        javaClass ->
            Arrays.stream(simpleNames)
                .anyMatch(simple -> javaClass.getName().matches(".*\\." + simple + "(\\$.*)?")));
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package that is @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                item, marked, item.getPackageName() + " of " + item.getSimpleName()));
      }
    };
  }
}
