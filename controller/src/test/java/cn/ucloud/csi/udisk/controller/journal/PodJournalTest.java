package cn.ucloud.csi.udisk.controller.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Left;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Note;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodJournalTest {
  private static final String BOOT = "boot-1";

  @TempDir private Path directory;
  private final List<PodJournal> alive = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (PodJournal journal : alive) {
      journal.close();
    }
  }

  @Test
  void aSecondProcessOfAPodDoesNotStart() throws IOException {
    PodJournal first = start();
    assertThatThrownBy(this::start)
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("another process of this pod");
    first.close();
    assertThat(start().former()).isEmpty();
  }

  @Test
  void theNextProcessKnowsWhoTookTheLeaseAndWhatMayStillBeDone() throws IOException {
    PodJournal first = acting("p1");
    var _ = first.write("bsm-1", "attach of bsm-1 to uhost-a");
    first.write("bsm-2", "deletion of bsm-2").remove();
    first.write("bsm-3", "detach of bsm-3").seen();
    PodJournal second = successor(first);
    assertThat(second.former()).contains("p1");
    second.taking("p2", true);
    assertThat(second.begin(true).orElseThrow())
        .extracting(Left::key, Left::what, Left::isSeen)
        .containsExactly(
            tuple("bsm-1", "attach of bsm-1 to uhost-a", false),
            tuple("bsm-3", "detach of bsm-3", true));
  }

  @Test
  void anOrderOfTheFirstIsKnownToTheThirdToo() throws IOException {
    PodJournal first = acting("p1");
    var _ = first.write("bsm-1", "attach");
    PodJournal second = successor(first);
    second.taking("p2", true);
    List<Left> left = second.begin(true).orElseThrow();
    var _ = second.write("bsm-2", "attach");
    PodJournal third = successor(second);
    third.taking("p3", true);
    assertThat(third.begin(true).orElseThrow())
        .extracting(Left::key)
        .containsExactly("bsm-1", "bsm-2");
    left.getFirst().note().remove();
    assertThat(files()).hasSize(1);
  }

  @Test
  void aProcessThatWasKilledBeforeItTookTheLeaseIsFormerToTheNext() throws IOException {
    PodJournal second = successor(acting("p1"));
    second.taking("p2", true);
    assertThat(successor(second).former()).contains("p2");
  }

  @Test
  void whatAYoungProcessHadSentIsNotAllThatMayBeOpen() throws IOException {
    PodJournal first = start();
    first.taking("p1", false);
    assertThat(first.begin(false)).isEmpty();
    var _ = first.write("bsm-1", "attach");
    PodJournal second = successor(first);
    assertThat(second.former()).contains("p1");
    second.taking("p2", true);
    assertThat(second.begin(true)).as("that of another pod may be open").isEmpty();
    assertThat(files()).isEmpty();
    assertThat(successor(second).former()).contains("p2");
  }

  @Test
  void whatWasWrittenBeforeTheHostWasStartedIsNotBelieved() throws IOException {
    PodJournal first = acting("p1");
    var _ = first.write("bsm-1", "attach");
    first.close();
    PodJournal afterBoot = PodJournal.of(directory.resolve("csi.sock"), "boot-2");
    alive.add(afterBoot);
    assertThat(afterBoot.former()).isEmpty();
    afterBoot.taking("p2", false);
    assertThat(afterBoot.begin(false)).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void aRequestThatCannotBeNotedMakesTheJournalWorthNothing() throws IOException {
    PodJournal first = acting("p1");
    Files.delete(directory.resolve("csi.sock.requests"));
    assertThat(first.write("bsm-1", "attach")).isSameAs(Note.NONE);
    first.complete();
    assertThat(successor(first).former()).isEmpty();
  }

  @Test
  void aRequestIsNotSentThatCannotBeNotedWhileTheJournalWouldBeBelieved() throws IOException {
    PodJournal first = acting("p1");
    Files.delete(directory.resolve("csi.sock.requests"));
    Path process = directory.resolve("csi.sock.process");
    Files.delete(process);
    Files.createDirectories(process.resolve("in the way")); // so that it cannot be deleted
    assertThatThrownBy(() -> first.write("bsm-1", "attach"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("nothing was sent");
  }

  @Test
  void aRequestThatNobodyNotedMakesTheJournalWorthNothing() throws IOException {
    PodJournal first = acting("p1");
    first.incomplete("a request was sent that is not noted");
    assertThat(successor(first).former()).isEmpty();
  }

  @Test
  void aNoteThatIsNotAsItWasWrittenMakesTheJournalWorthNothing() throws IOException {
    PodJournal first = acting("p1");
    Files.writeString(directory.resolve("csi.sock.requests/7"), "what\n");
    PodJournal second = successor(first);
    second.taking("p2", true);
    assertThat(second.begin(true)).isEmpty();
    second.complete();
    assertThat(successor(second).former()).isEmpty();
  }

  @Test
  void aNoteWhoseProcessDiedWhileWritingItIsOfNoRequest() throws IOException {
    PodJournal first = acting("p1");
    Files.writeString(directory.resolve("csi.sock.requests/7"), "bsm-1 atta");
    PodJournal second = successor(first);
    second.taking("p2", true);
    assertThat(second.begin(true)).contains(List.of());
    assertThat(files()).isEmpty();
  }

  @Test
  void anInterruptedThreadCanStillNoteWhatItSends() throws IOException {
    PodJournal first = acting("p1");
    Thread.currentThread().interrupt();
    var _ = first.write("bsm-1", "attach");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(successor(first).former()).contains("p1");
  }

  @Test
  void aGivenBackLeaseLeavesNothing() throws IOException {
    PodJournal first = acting("p1");
    var _ = first.write("bsm-1", "attach");
    first.gaveBack();
    assertThat(files()).isEmpty();
    assertThat(successor(first).former()).isEmpty();
  }

  /** One that has acted for so long that all requests before it have settled. */
  private PodJournal acting(String name) {
    PodJournal journal = start();
    journal.taking(name, false);
    assertThat(journal.begin(false)).isEmpty();
    journal.complete();
    return journal;
  }

  private PodJournal successor(PodJournal killed) throws IOException {
    killed.close();
    return start();
  }

  private PodJournal start() {
    PodJournal journal = PodJournal.of(directory.resolve("csi.sock"), BOOT);
    alive.add(journal);
    return journal;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("csi.sock.requests"))) {
      return files.toList();
    }
  }
}
