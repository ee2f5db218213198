package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.node.NodeService;
import com.google.protobuf.Descriptors.MethodDescriptor;
import csi.v1.Csi;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of each call of the specification it was decided whether it is served. */
class EveryRpcTest {
  /** Each has its reason in docs/limitations.md. */
  private static final Set<String> REFUSED =
      Set.of(
          "getCapacity",
          "controllerModifyVolume",
          "nodeGetStorageHealth",
          "groupControllerGetCapabilities",
          "createVolumeGroupSnapshot",
          "deleteVolumeGroupSnapshot",
          "getVolumeGroupSnapshot",
          "getMetadataAllocated",
          "getMetadataDelta");

  @Test
  void everyCallIsServedOrRefusedOnPurpose() {
    Set<String> served =
        Stream.of(IdentityService.class, ControllerService.class, NodeService.class)
            .flatMap(service -> Arrays.stream(service.getDeclaredMethods()))
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(calls())
        .hasSizeGreaterThan(30)
        .allSatisfy(call ->
            assertThat(served.contains(call)).as(call).isNotEqualTo(REFUSED.contains(call)));
    assertThat(calls()).containsAll(REFUSED);
  }

  private static Set<String> calls() {
    return Csi.getDescriptor().getServices().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(MethodDescriptor::getName)
        .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
        .collect(Collectors.toSet());
  }
}
