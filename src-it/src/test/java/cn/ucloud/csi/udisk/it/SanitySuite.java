package cn.ucloud.csi.udisk.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of csi-sanity, against running processes; a subclass says for which volumes. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SanitySuite {
  private final AccessType type;
  private final List<String> passed = new ArrayList<>();
  private @Nullable SanityWorld world;

  SanitySuite(AccessType type) {
    this.type = type;
  }

  @BeforeAll
  void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    world = new SanityWorld(directory.toRealPath());
  }

  @AfterAll
  void stop() {
    try (SanityWorld ended = requireNonNull(world)) {
      assertThat(ended.logs()).doesNotContain(SanityCalls.SECRETS.values());
    }
    System.out.println(
        "csi-sanity, %s: %d of %d cases".formatted(type, passed.size(), cases().size()));
  }

  static List<SanityCase> cases() {
    return SanityCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void conforms(SanityCase each) {
    try (SanityCalls calls = new SanityCalls(requireNonNull(world), type)) {
      each.body().run(calls);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(type + ": " + each, e);
    }
    passed.add(each.name());
  }
}
