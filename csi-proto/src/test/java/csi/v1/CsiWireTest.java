package csi.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The compiled protocol is the specification's, number by number, with nothing more or less. */
class CsiWireTest {

  @Test
  void compiledProtocolIsTheTableOfTheSpecification() throws IOException {
    assertSame(WireTable.of(Csi.getDescriptor()), specification());
  }

  /** The options are read by number too: logs are stripped by csi_secret. */
  @Test
  void optionsHaveTheirNumbers() {
    Set<String> options =
        Csi.getDescriptor().getExtensions().stream()
            .map(option ->
                "%s %s %d %s"
                    .formatted(
                        option.getContainingType().getFullName(),
                        option.getName(),
                        option.getNumber(),
                        option.getType()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(options)
        .containsExactlyInAnyOrder(
            "google.protobuf.EnumOptions alpha_enum 1060 BOOL",
            "google.protobuf.EnumValueOptions alpha_enum_value 1060 BOOL",
            "google.protobuf.FieldOptions csi_secret 1059 BOOL",
            "google.protobuf.FieldOptions alpha_field 1060 BOOL",
            "google.protobuf.MessageOptions alpha_message 1060 BOOL",
            "google.protobuf.MethodOptions alpha_method 1060 BOOL",
            "google.protobuf.ServiceOptions alpha_service 1060 BOOL");
  }

  @Test
  void packageIsPartOfEveryMethodName() {
    assertThat(Csi.getDescriptor().getPackage()).isEqualTo("csi.v1");
    assertThat(NodeGrpc.getNodeStageVolumeMethod().getFullMethodName())
        .isEqualTo("csi.v1.Node/NodeStageVolume");
  }

  /** Proof that the comparison sees: each of these protocols differs in one thing. */
  @Test
  void everyKindOfDifferenceIsNamed() throws Exception {
    FileDescriptorProto proto = Csi.getDescriptor().toProto();

    assertThat(differences(proto, "GetPluginInfoResponse", m -> m.getFieldBuilder(0).setNumber(9)))
        .containsExactly(
            "missing: field GetPluginInfoResponse 1 name string",
            "extra: field GetPluginInfoResponse 9 name string");
    assertThat(
            differences(
                proto,
                "GetPluginInfoResponse",
                m -> m.getFieldBuilder(1).setType(FieldDescriptorProto.Type.TYPE_BYTES)))
        .containsExactly(
            "missing: field GetPluginInfoResponse 2 vendor_version string",
            "extra: field GetPluginInfoResponse 2 vendor_version bytes");
    assertThat(differences(proto, "DeleteVolumeRequest", m -> m.getFieldBuilder(1).clearOptions()))
        .containsExactly(
            "missing: field DeleteVolumeRequest 2 secrets map<string,string> secret",
            "extra: field DeleteVolumeRequest 2 secrets map<string,string>");
    assertThat(
            differences(
                proto, "NodeGetVolumeStatsResponse", DescriptorProto.Builder::clearReservedRange))
        .containsExactly("missing: reserved NodeGetVolumeStatsResponse 2");
    assertThat(
            differences(proto, "VolumeContentSource", m -> m.getFieldBuilder(0).clearOneofIndex()))
        .containsExactly(
            "missing: field VolumeContentSource 1 snapshot SnapshotSource oneof:type",
            "extra: field VolumeContentSource 1 snapshot SnapshotSource");
  }

  private static List<String> differences(
      FileDescriptorProto proto, String message, Consumer<DescriptorProto.Builder> edit)
      throws Exception {
    FileDescriptorProto.Builder changed = proto.toBuilder();
    changed.getMessageTypeBuilderList().stream()
        .filter(builder -> builder.getName().equals(message))
        .forEach(edit);
    FileDescriptor file =
        FileDescriptor.buildFrom(
            changed.build(), Csi.getDescriptor().getDependencies().toArray(FileDescriptor[]::new));
    return differences(WireTable.of(file), specification());
  }

  private static List<String> differences(Set<String> compiled, Set<String> specified) {
    Set<String> missing = new TreeSet<>(specified);
    missing.removeAll(compiled);
    Set<String> extra = new TreeSet<>(compiled);
    extra.removeAll(specified);
    return Stream.concat(
            missing.stream().map(line -> "missing: " + line),
            extra.stream().map(line -> "extra: " + line))
        .toList();
  }

  private static void assertSame(Set<String> compiled, Set<String> specified) {
    assertThat(differences(compiled, specified))
        .as("csi.proto against csi-wire.txt (missing from csi.proto, extra in csi.proto)")
        .isEmpty();
  }

  private static Set<String> specification() throws IOException {
    try (InputStream in = CsiWireTest.class.getResourceAsStream("/csi-wire.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
