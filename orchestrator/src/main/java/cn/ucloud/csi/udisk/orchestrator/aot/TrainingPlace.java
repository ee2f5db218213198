package cn.ucloud.csi.udisk.orchestrator.aot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Where the training takes place.
 *
 * @param script the launch script
 * @param caches the directory that gets the caches
 * @param place the directory of this run, deleted after it
 */
record TrainingPlace(Path script, Path caches, Path place) {
  /** In the build of an image for another processor every JVM is emulated. */
  static final Duration PATIENCE = Duration.ofMinutes(15);

  TrainedProcess start(String role, List<String> flags, Map<String, String> variables) {
    return TrainedProcess.start(this, role, flags, variables);
  }

  Path socket(String role) {
    return place.resolve(role + ".sock");
  }

  Path cache(String role) {
    return caches.resolve(role + ".aot");
  }
}
