package cn.ucloud.csi.udisk.controller.journal;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.change.RequestJournal;
import cn.ucloud.csi.udisk.controller.journal.ProcessFile.Named;
import cn.ucloud.csi.udisk.controller.kube.lease.PodProcesses;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one pod's processes, in the directory of their socket, which no other pod sees: a
 * lock for the life of the process, so that whoever has it knows that the one before it is dead;
 * the name of the process that took the lease last; and the requests of it that may still be done.
 *
 * <p>Nothing is believed that was written before the host was started: only until then does what
 * was written outlive its process for sure.
 */
public final class PodJournal implements PodProcesses, RequestJournal, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodJournal.class);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final FileChannel lock;
  private final ProcessFile processFile;
  private final RequestFiles requests;
  private final Optional<Named> former;
  private @Nullable Named self;
  private boolean isActing;
  private volatile boolean isComplete;
  private volatile boolean isSpoilt;

  private PodJournal(FileChannel lock, Path socket, String bootId) {
    this.lock = lock;
    this.processFile = new ProcessFile(beside(socket, ".process"), bootId);
    this.requests = new RequestFiles(beside(socket, ".requests"));
    this.former = processFile.read();
  }

  /**
   * Takes the lock.
   *
   * @throws CannotStart if another process of this pod has it, or if it cannot be had
   */
  public static PodJournal beside(Path socket) {
    try {
      return of(socket, Files.readString(BOOT_ID).strip());
    } catch (IOException e) {
      throw new CannotStart("cannot read " + BOOT_ID + ": " + e, e);
    }
  }

  /** The same in another boot. */
  static PodJournal of(Path socket, String bootId) {
    Path file = beside(socket, ".lock");
    FileChannel channel = open(file);
    try {
      if (channel.tryLock() != null) {
        return new PodJournal(channel, socket, bootId);
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel); // another one in this JVM has it
    } catch (IOException e) {
      closeQuietly(channel);
      throw new CannotStart("cannot lock " + file + ": " + e, e);
    }
    throw new CannotStart("cannot lock " + file + ": another process of this pod has it");
  }

  private static FileChannel open(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new CannotStart("cannot make the file " + file + ": " + e, e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("cannot close the lock", e);
    }
  }

  private static Path beside(Path socket, String ending) {
    return socket.resolveSibling(socket.getFileName() + ending);
  }

  @Override
  public Optional<String> former() {
    return former.map(Named::process);
  }

  @Override
  public synchronized void taking(String process, boolean isFromFormer) {
    Named named = new Named(process, isFromFormer && former.filter(Named::notesAll).isPresent());
    self = named;
    try {
      processFile.write(named);
    } catch (IOException e) { // then the next process waits for the lease, as one of another pod
      spoil("cannot name this process: " + e);
    }
  }

  /**
   * This process has the lease, and has sent nothing yet.
   *
   * @param isFromFormer whether it took it from the one before it in this pod
   * @return what that one had sent and may still be done; empty if that is not known for certain
   */
  public synchronized Optional<List<Left>> begin(boolean isFromFormer) {
    isActing = true;
    if (isFromFormer && self != null && self.notesAll()) {
      try {
        List<Left> left = requests.read();
        isComplete = !isSpoilt;
        return Optional.of(left);
      } catch (IOException e) {
        incomplete("cannot read what the process before this one had sent: " + e);
        return Optional.empty();
      }
    }
    try {
      requests.clear();
    } catch (IOException e) {
      incomplete("cannot remove what an earlier process had sent: " + e);
    }
    return Optional.empty();
  }

  @Override
  public synchronized void complete() {
    if (!isActing || isComplete || isSpoilt || self == null) {
      return;
    }
    try {
      processFile.write(new Named(self.process(), true));
      isComplete = true;
    } catch (IOException e) {
      incomplete("cannot write that all requests are noted: " + e);
    }
  }

  @Override
  public Note write(String key, String what) {
    if (isSpoilt) {
      return Note.NONE;
    }
    try {
      return requests.write(key, what);
    } catch (IOException e) {
      incomplete("cannot note a request: " + e);
      return Note.NONE;
    }
  }

  @Override
  public synchronized void incomplete(String why) {
    if (isSpoilt) {
      return;
    }
    try {
      processFile.delete();
    } catch (IOException e) {
      throw new Unavailable(why + "; nor can that be made known; nothing was sent", e);
    }
    isSpoilt = true;
    spoil(why);
  }

  private void spoil(String why) {
    isSpoilt = true;
    LOG.warn("{}; a process after this one waits for its lease and for what it sent", why);
  }

  @Override
  public synchronized void gaveBack() {
    try {
      processFile.delete();
      requests.clear();
    } catch (IOException e) {
      LOG.warn("cannot remove what this process noted: {}", e.toString());
    }
  }

  /** Gives the lock back: the last thing a process does. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
