package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.demo.process.Program;
import java.util.List;
import java.util.Optional;

/** Why the story broke off, for the person who sees it. */
record Failure(RuntimeException cause, List<Program> programs) {

  /** Names the step and shows the end of every log that can matter. */
  void report(Narrator narrator) {
    Optional<Program> dead = programs.stream().filter(p -> !p.isRunning()).findFirst();
    narrator.line("");
    narrator.line(
        "Step %d, \"%s\": %s"
            .formatted(
                narrator.steps(),
                narrator.title(),
                dead.map(p -> p.name() + " has ended, which it should not")
                    .orElse(String.valueOf(cause.getMessage()))));
    for (Program program : dead.map(List::of).orElse(programs)) {
      narrator.line("The end of the log of " + program.name() + ":");
      narrator.quote(program.tail());
    }
  }
}
