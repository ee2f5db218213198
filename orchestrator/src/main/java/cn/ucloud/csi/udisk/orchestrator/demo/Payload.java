package cn.ucloud.csi.udisk.orchestrator.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What the demo's pod keeps on its volume: a file of random bytes. */
final class Payload {
  static final String FILE = "precious.dat";
  private static final int BYTES = 16 << 20;

  private Payload() {}

  /** Writes the file and tells its checksum. */
  static String write(Path directory) {
    byte[] content = new byte[BYTES];
    new SecureRandom().nextBytes(content);
    try (FileChannel file =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write in " + directory, e);
    }
    return sha256(content);
  }

  /** The checksum of what is there now. */
  static String read(Path directory) {
    try {
      return sha256(Files.readAllBytes(directory.resolve(FILE)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory.resolve(FILE), e);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
