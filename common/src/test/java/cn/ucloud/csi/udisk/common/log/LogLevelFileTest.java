package cn.ucloud.csi.udisk.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogLevelFileTest {
  private final Logger root =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();

  @TempDir private Path directory;
  private Path file;
  private LogLevelFile watched;

  @BeforeEach
  void start() {
    file = directory.resolve(LogLevelFile.NAME);
    watched = new LogLevelFile(file, org.slf4j.event.Level.INFO);
    root.setLevel(Level.INFO);
  }

  @AfterEach
  void restore() {
    root.setLevel(before);
  }

  @Test
  void theLevelIsWhatTheFileSaysForAsLongAsItIsThere() throws IOException {
    watched.look();
    assertThat(root.getLevel()).isEqualTo(Level.INFO);
    Files.writeString(file, "debug\n");
    watched.look();
    assertThat(root.getLevel()).isEqualTo(Level.DEBUG);
    Files.writeString(file, "WARN");
    watched.look();
    assertThat(root.getLevel()).isEqualTo(Level.WARN);
    Files.delete(file);
    watched.look();
    assertThat(root.getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void whatIsNoLevelOrCannotBeReadChangesNothing() throws IOException {
    Files.writeString(file, "debug");
    watched.look();
    Files.writeString(file, "loud");
    watched.look();
    assertThat(root.getLevel()).isEqualTo(Level.DEBUG);
    Files.delete(file);
    Files.createDirectory(file);
    watched.look();
    assertThat(root.getLevel()).isEqualTo(Level.DEBUG);
  }
}
