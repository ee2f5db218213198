package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.fixture.FakeCluster;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the shim does with {@code --apply}: asks for steps, sends them, and asks again. */
final class Applied {
  private static final int MOST_ROUNDS = 20;

  private static final Map<String, String> PATHS =
      Map.of(
          "persistentvolume", "/api/v1/persistentvolumes/",
          "node", "/api/v1/nodes/",
          "volumeattachment", "/apis/storage.k8s.io/v1/volumeattachments/");

  private final List<String> steps = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private int exitCode = -1;

  /** Applies a command until it is done or refused, or waits for something that never comes. */
  static Applied in(Shop shop, String... args) {
    return in(shop, _ -> {}, args);
  }

  /**
   * The same in a cluster that lives.
   *
   * @param life is given the cluster after each round
   */
  static Applied in(Shop shop, Consumer<FakeCluster> life, String... args) {
    Applied applied = new Applied();
    String confirmed = "";
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<String> all = new ArrayList<>(List.of("--next"));
      if (!confirmed.isEmpty()) {
        all.add("--confirmed=" + confirmed);
      }
      all.addAll(Arrays.asList(args));
      all.add("--apply");
      Ran ran = Ran.in(shop, all.toArray(String[]::new));
      applied.said.add(ran.said());
      applied.exitCode = ran.exitCode();
      for (String line : ran.out().lines().toList()) {
        String[] fields = line.split("\t");
        switch (fields[0]) {
          case "confirm" -> confirmed = fields[1];
          case "done" -> {
            return applied;
          }
          case "wait" -> {}
          default -> {
            applied.steps.add(line);
            send(shop.cluster(), fields);
          }
        }
      }
      if (applied.exitCode != 0) {
        return applied;
      }
      life.accept(shop.cluster());
    }
    return applied;
  }

  private static void send(FakeCluster cluster, String... fields) {
    switch (fields[0]) {
      case "patch" -> cluster.patch(PATHS.get(fields[1]) + fields[3], fields[4]);
      case "create" -> cluster.create(fields[1]);
      case "delete" -> cluster.delete(fields[1], fields[2]);
      default -> throw new IllegalArgumentException(String.join(" ", fields));
    }
  }

  List<String> steps() {
    return steps;
  }

  /** The last thing that was said. */
  String said() {
    return said.getLast();
  }

  int exitCode() {
    return exitCode;
  }
}
