package cn.ucloud.csi.udisk.admin.read;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What {@code udisk-csi look} printed in the pods of nodes, each after a line {@code exec NAMESPACE
 * POD} of the plugin. Such a pod may print whatever it likes: it speaks of its own node alone, in
 * so many lines, in characters that can be shown. Who prints another pod's line makes that pod
 * answer twice, and so not at all.
 */
public final class Looks {
  /**
   * A look of a hundred mounts has 20 kB; more than this would not fit into the program's memory.
   */
  private static final int MOST_BYTES = 8 << 20;

  /** As the script has it, and what is around them. */
  private static final int MOST_LINES = 2100;

  private static final int MOST_CHARACTERS = 1024;

  /** How the plugin says that it could not run it in that pod, and why. */
  private static final String NOT_LOOKED = "failed\t";

  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  /** They turn or hide what is beside them on a screen. */
  private static final Pattern NOT_SHOWN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\u2028\\u2029]");

  private final List<Node.Look> looks = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();

  private Looks() {}

  /**
   * Reads them to the end.
   *
   * @param expected the nodes that were to be looked at, by their pods as namespace/name
   * @throws IOException if the stream breaks
   */
  public static Looks read(InputStream in, Map<String, String> expected) throws IOException {
    String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    boolean isCut = in.read() >= 0;
    Map<String, List<List<String>>> answers = new LinkedHashMap<>();
    List<String> answer = new ArrayList<>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.startsWith("exec\t")) {
        answer = new ArrayList<>();
        answers
            .computeIfAbsent(line.substring(5).replace('\t', '/'), _ -> new ArrayList<>())
            .add(answer);
      } else if (answer.size() <= MOST_LINES) {
        answer.add(line);
      }
    }
    Looks looks = new Looks();
    expected.forEach((pod, node) -> looks.add(node, answers.getOrDefault(pod, List.of()), isCut));
    return looks;
  }

  private void add(String node, List<List<String>> answers, boolean isCut) {
    if (answers.isEmpty()) {
      gap(
          node,
          Gap.Kind.NOT_ASKED,
          isCut ? "nodes said more than is read" : "it was not looked at");
      return;
    }
    List<String> lines = answers.getFirst();
    if (answers.size() > 1) {
      gap(node, Gap.Kind.ODD, "two answers came in its name");
    } else if (!lines.isEmpty() && lines.getLast().startsWith(NOT_LOOKED)) {
      gap(node, Gap.Kind.NOT_ASKED, shown(lines.getLast().substring(NOT_LOOKED.length())));
    } else if (lines.size() > MOST_LINES || lines.isEmpty() || !lines.getLast().equals("end")) {
      gap(node, Gap.Kind.ODD, "its answer has no end");
    } else if (!List.of("node\t" + node, "node\t?").contains(lines.getFirst())) {
      gap(node, Gap.Kind.ODD, "its plugin says that it is on another node");
    } else {
      looks.add(look(node, lines));
    }
  }

  private void gap(String node, Gap.Kind kind, String why) {
    gaps.add(new Gap("look at " + node, kind, why));
  }

  private static Node.Look look(String node, List<String> lines) {
    Map<String, List<String>> holders = new LinkedHashMap<>();
    List<String[]> devices = new ArrayList<>();
    List<Node.Busy> busy = new ArrayList<>();
    Map<String, Long> errors = new LinkedHashMap<>();
    List<Node.Mount> mounts = new ArrayList<>();
    List<String> records = new ArrayList<>();
    boolean isWhole = true;
    for (String line : lines) {
      String[] f = line.split("\t", -1);
      switch (f[0] + " " + f.length) {
        case "disk 7" -> devices.add(f);
        case "holder 3" ->
            holders.computeIfAbsent(shown(f[1]), _ -> new ArrayList<>()).add(shown(f[2]));
        case "busy 6" ->
            busy.add(
                new Node.Busy(shown(f[1]), number(f[2]), number(f[3]), number(f[4]), number(f[5])));
        case "errors 3" -> errors.put(shown(f[1]), number(f[2]));
        case "mount 8" ->
            mounts.add(
                new Node.Mount(
                    shown(f[1]),
                    shown(f[2]),
                    shown(f[3]),
                    shown(f[4]),
                    shown(f[5]),
                    shown(f[6]),
                    shown(f[7])));
        case "record 2" -> records.add(shown(f[1]));
        case "node 2", "end 1" -> {}
        default -> isWhole = false; // cut, or what no script of this version prints
      }
    }
    return new Node.Look(
        node,
        devices.stream().map(f -> device(f, holders, errors)).toList(),
        List.copyOf(busy),
        List.copyOf(mounts),
        List.copyOf(records),
        isWhole);
  }

  private static Node.Device device(
      String[] f, Map<String, List<String>> holders, Map<String, Long> errors) {
    String name = shown(f[1]);
    return new Node.Device(
        name,
        shown(f[2]),
        number(f[3]),
        f[4].equals("1"),
        f[6].equals("?") ? "" : shown(f[6]),
        List.copyOf(holders.getOrDefault(name, List.of())),
        errors.getOrDefault(name, 0L));
  }

  /** What is no number is -1. */
  private static long number(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
  }

  /** As the kernel escapes blanks, and without what a terminal would obey. */
  private static String shown(String text) {
    String some = text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text;
    String plain =
        ESCAPED
            .matcher(some)
            .replaceAll(found ->
                java.util.regex.Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(found.group(1), 8))));
    return NOT_SHOWN.matcher(plain).replaceAll("?");
  }

  public List<Node.Look> looks() {
    return List.copyOf(looks);
  }

  /** Nodes that were to be looked at, and whose answer is missing or odd. */
  public List<Gap> gaps() {
    return List.copyOf(gaps);
  }
}
