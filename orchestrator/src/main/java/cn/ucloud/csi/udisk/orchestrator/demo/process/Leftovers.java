package cn.ucloud.csi.udisk.orchestrator.demo.process;

import cn.ucloud.csi.udisk.orchestrator.MountTable;
import cn.ucloud.csi.udisk.orchestrator.MountTable.Mount;
import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a demo leaves in the kernel and on the disk: processes, mounts, loop devices, files. They
 * hold each other in this order, and are removed in it.
 */
public final class Leftovers {
  private static final int UNMOUNT_ROUNDS = 100;

  private final Path directory;
  private final Path simulatorState;
  private final ProcessLedger processes;

  public Leftovers(Path directory, Path simulatorState, ProcessLedger processes) {
    this.directory = directory;
    this.simulatorState = simulatorState;
    this.processes = processes;
  }

  /**
   * Removes everything. Finding nothing is no error.
   *
   * @throws DemoError if something could not be removed; the directory then stays, for it is needed
   *     to find the rest
   */
  public void remove() {
    processes.endAll();
    DemoError.unless(
        processes.living().isEmpty(), "these processes would not end: " + processes.living());
    unmountAll();
    DemoError.unless(mounts().isEmpty(), "these mounts could not be undone: " + mounts());
    List<String> busy = LoopHypervisor.clean(simulatorState);
    DemoError.unless(busy.isEmpty(), "these loop devices are still in use: " + busy);
    deleteTree();
  }

  /** Newest first: what is mounted over or below another mount is newer than it. */
  private void unmountAll() {
    for (int round = 0; round < UNMOUNT_ROUNDS && !mounts().isEmpty(); round++) {
      String newest = mounts().getLast().point().toString();
      if (!Shell.succeeds("umount", newest)) {
        // Somebody stands in it. The mount leaves the table now and the kernel when they go.
        Shell.succeeds("umount", "--lazy", newest);
      }
    }
  }

  private List<Mount> mounts() {
    return MountTable.read().below(directory);
  }

  private void deleteTree() {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }
}
