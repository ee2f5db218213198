package cn.ucloud.csi.udisk.admin.read;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pods of nodes print, also those that are in wrong hands. */
class LooksTest {
  private static final Map<String, String> EXPECTED =
      new TreeMap<>(Map.of("kube-system/csi-a", "10.9.0.1", "kube-system/csi-b", "10.9.0.2"));
  private static final String A = "exec\tkube-system\tcsi-a\nnode\t10.9.0.1\nend\n";
  private static final String B = "exec\tkube-system\tcsi-b\nnode\t10.9.0.2\nend\n";

  private static Looks read(String text) throws IOException {
    return Looks.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), EXPECTED);
  }

  @Test
  void disksHoldersMountsAndRecordsAreRead() throws IOException {
    Looks looks =
        read(
            """
            exec\tkube-system\tcsi-a
            node\t10.9.0.1
            disk\tvdb\t253:16\t41943040\t0\t9\tUCLOUD_DISK_VDB
            disk\tvdc\t253:32\t?\t1\t9\t?
            holder\tvdb\tdm-0
            holder\tvdb\tdm-1
            busy\tvdb\t1000\t3\t2400\t7
            errors\tvdb\t2
            mount\t253:16\t/\t/data/a\\040b/globalmount\trw,relatime\text4\t/dev/vdb\trw
            record\tbsm-abc
            end
            """
                + B);
    Node.Look look = looks.looks().getFirst();
    assertThat(look.node()).isEqualTo("10.9.0.1");
    assertThat(look.isWhole()).isTrue();
    assertThat(look.devices().getFirst().holders()).containsExactly("dm-0", "dm-1");
    assertThat(look.devices().getFirst().sectors()).isEqualTo(41943040);
    assertThat(look.devices().getLast().serial()).isEmpty();
    assertThat(look.busy()).containsExactly(new Node.Busy("vdb", 1000, 3, 2400, 7));
    assertThat(look.devices()).extracting(Node.Device::errors).containsExactly(2L, 0L);
    assertThat(look.devices().getLast().isReadOnly()).isTrue();
    assertThat(look.mounts().getFirst().point()).isEqualTo("/data/a b/globalmount");
    assertThat(look.records()).containsExactly("bsm-abc");
    assertThat(looks.looks()).hasSize(2);
    assertThat(looks.gaps()).isEmpty();
  }

  @Test
  void aLookThatWasCutIsNotWhole() throws IOException {
    assertThat(read(A.replace("end", "cut\t5\nend") + B).looks().getFirst().isWhole()).isFalse();
    assertThat(read(A.replace("end", "disk\tvdb\nend") + B).looks().getFirst().isWhole()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "exec\tkube-system\tcsi-a\n",
        "exec\tkube-system\tcsi-a\nnode\t10.9.0.1\n",
        "exec\tkube-system\tcsi-a\nnode\t10.9.0.2\nend\n",
        "exec\tkube-system\tcsi-a\nend\n",
        "node\t10.9.0.1\nend\n",
        A + A,
        A + "more\n",
      })
  void anAnswerThatIsOddIsNone(String odd) throws IOException {
    Looks looks = read(odd + B);
    assertThat(looks.looks()).extracting(Node.Look::node).containsExactly("10.9.0.2");
    assertThat(looks.gaps()).extracting(Gap::what).containsExactly("look at 10.9.0.1");
  }

  @Test
  void nobodySpeaksForAnotherNode() throws IOException {
    String forged = A + B.replace("end", "disk\tvdb\t1:1\t1\t0\t1\tUCLOUD_DISK_VDB\nend");
    assertThat(read(forged + B).looks()).extracting(Node.Look::node).containsExactly("10.9.0.1");
    String unknown = "exec\tkube-system\tcsi-z\nnode\tn\nend\n";
    assertThat(read(A + unknown + B).looks()).hasSize(2);
  }

  @Test
  void whatATerminalWouldObeyIsNotKept() throws IOException {
    Looks looks =
        read(
            A.replace(
                    "end", "mount\t1:1\t/\t/a\\033[2J\u001b[31m\u202e\u009b\trw\text4\ts\trw\nend")
                + B);
    assertThat(looks.looks().getFirst().mounts().getFirst().point()).isEqualTo("/a?[2J?[31m??");
  }

  @Test
  void tooMuchIsNotKept() throws IOException {
    String line = "mount\t1:1\t/\t" + "x".repeat(5000) + "\trw\text4\ts\trw\n";
    Looks looks = read(A.replace("end\n", line + "end\n") + B);
    assertThat(looks.looks().getFirst().mounts().getFirst().point()).hasSize(1024);
    String many = "record\tbsm-a\n".repeat(3000);
    assertThat(read(A.replace("end\n", many + "end\n") + B).looks()).hasSize(1);
    Looks flood = read(A + "x\n".repeat(9 << 20) + B);
    assertThat(flood.looks()).isEmpty();
    assertThat(flood.gaps()).hasSize(2);
  }

  @Test
  void noTextBreaksIt() throws IOException {
    Random random = new Random(7);
    String[] words = {
      "exec", "node", "disk", "mount", "end", "\t", "\n", "\\777", "\\0", "?", "9".repeat(30)
    };
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? A.replace("end\n", "") : "");
      for (int j = 0; j < 40; j++) {
        text.append(words[random.nextInt(words.length)]);
      }
      Looks looks = read(text.toString());
      assertThat(looks.looks().size() + looks.gaps().size()).isEqualTo(2);
    }
  }
}
