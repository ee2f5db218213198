package cn.ucloud.csi.udisk.common.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import csi.v1.CreateVolumeRequest;
import csi.v1.Csi;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.MountVolume;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SecretStripperTest {

  @Test
  void printsWhatIsNoSecretOnOneLine() {
    VolumeCapability capability =
        VolumeCapability.newBuilder()
            .setMount(
                MountVolume.newBuilder()
                    .setFsType("ext4")
                    .addMountFlags("noatime")
                    .addMountFlags("password=s3cret,user=x"))
            .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
            .build();
    assertThat(
            SecretStripper.print(
                CreateVolumeRequest.newBuilder()
                    .setName("pvc\n\"1\"")
                    .addVolumeCapabilities(capability)
                    .putParameters("type", "rssd")
                    .putSecrets("key", "s3cret")
                    .build()))
        .isEqualTo(
            "{name: \"pvc\\u000a\\\"1\\\"\", volume_capabilities: [{mount: {fs_type: \"ext4\","
                + " mount_flags: [\"noatime\", \"password=***stripped***\"]},"
                + " access_mode: {mode: SINGLE_NODE_WRITER}}], parameters: [\"type\": \"rssd\"],"
                + " secrets: ***stripped***}");
  }

  @Test
  void everySecretFieldOfTheProtocolIsMasked() {
    assertThat(messages().flatMap(type -> type.getFields().stream()).filter(this::isSecret))
        .hasSizeGreaterThan(15)
        .allSatisfy(
            field -> assertThat(SecretStripper.print(filled(field))).doesNotContain("s3cret"));
  }

  @Test
  void secretsDeepInRepeatedMessagesAreMaskedToo() throws Exception {
    Descriptor outer = nested();
    Descriptor inner = outer.findFieldByName("inner").getMessageType();
    DynamicMessage leaf =
        DynamicMessage.newBuilder(inner)
            .setField(inner.findFieldByName("token"), "s3cret")
            .setField(inner.findFieldByName("label"), "seen")
            .build();
    DynamicMessage message =
        DynamicMessage.newBuilder(outer)
            .addRepeatedField(outer.findFieldByName("inner"), leaf)
            .addRepeatedField(outer.findFieldByName("inner"), leaf)
            .build();
    assertThat(SecretStripper.print(message))
        .isEqualTo(
            "{inner: [{token: ***stripped***, label: \"seen\"},"
                + " {token: ***stripped***, label: \"seen\"}]}");
  }

  @Test
  void fieldsNobodyKnowsAreLeftOut() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                999,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("s3cret"))
                    .build())
            .build();
    assertThat(
            SecretStripper.print(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId("bsm-1")
                    .setUnknownFields(unknown)
                    .build()))
        .isEqualTo("{volume_id: \"bsm-1\"}");
  }

  @Property(tries = 200)
  void noTextBreaksTheLine(@ForAll String name) {
    assertThat(SecretStripper.print(CreateVolumeRequest.newBuilder().setName(valid(name)).build()))
        .doesNotContainPattern("[\\x00-\\x1f\\x7f\\u0085\\u2028\\u2029]");
  }

  /** Protobuf strings are UTF-8, which has no lone surrogates. */
  private static String valid(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  private static Stream<Descriptor> messages() {
    return Csi.getDescriptor().getMessageTypes().stream();
  }

  private boolean isSecret(FieldDescriptor field) {
    return field.getOptions().getExtension(Csi.csiSecret);
  }

  private static Message filled(FieldDescriptor secrets) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(secrets.getContainingType());
    Descriptor entry = secrets.getMessageType();
    return builder
        .addRepeatedField(
            secrets,
            DynamicMessage.newBuilder(entry)
                .setField(entry.findFieldByNumber(1), "s3cret-key")
                .setField(entry.findFieldByNumber(2), "s3cret")
                .build())
        .build();
  }

  /** A message the protocol does not have yet: a secret inside a repeated message. */
  private static Descriptor nested() throws Exception {
    FieldOptions secret = FieldOptions.newBuilder().setExtension(Csi.csiSecret, true).build();
    DescriptorProto inner =
        DescriptorProto.newBuilder()
            .setName("Inner")
            .addField(field("token", 1, FieldDescriptorProto.Type.TYPE_STRING).setOptions(secret))
            .addField(field("label", 2, FieldDescriptorProto.Type.TYPE_STRING))
            .build();
    DescriptorProto outer =
        DescriptorProto.newBuilder()
            .setName("Outer")
            .addField(
                field("inner", 1, FieldDescriptorProto.Type.TYPE_MESSAGE)
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
                    .setTypeName("Inner"))
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("nested.proto")
            .setSyntax("proto3")
            .addMessageType(inner)
            .addMessageType(outer)
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Outer");
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder().setName(name).setNumber(number).setType(type);
  }
}
