package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.admin.plan.Plan;
import cn.ucloud.csi.udisk.admin.plan.Step;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Shows a plan, or hands out its next steps as lines for the shim, whose fields are parted by tabs.
 * What people read goes to the error stream then.
 */
final class PlanRunner {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private final Session session;
  private final ChangeFlags flags;

  PlanRunner(Session session, ChangeFlags flags) {
    this.session = session;
    this.flags = flags;
  }

  /**
   * Decides by facts that are read now, and where the plan looks twice by others ten seconds later.
   *
   * @return the exit code
   */
  int run(Plan plan, Supplier<Facts> read) throws InterruptedException {
    Facts facts = read.get();
    Decision first = plan.prove(new Links(facts));
    if (!flags.isApplied() || !session.invocation().isNext()) {
      return show(List.of(first), facts);
    }
    boolean isConfirmed = session.invocation().confirmed().equals(plan.confirmation());
    if (first instanceof Decision.Do && !isConfirmed) {
      say(first);
      words(first).forEach(session.err()::println);
      lines().print("confirm", plan.confirmation());
      return ExitCode.FINE;
    }
    if (first instanceof Decision.Do && plan.looksTwice()) {
      session.time().sleep(BETWEEN_LOOKS);
      return next(agreed(first, plan.prove(new Links(read.get()))));
    }
    return next(first);
  }

  /**
   * The same of a plan that consists of others, each of which is shown.
   *
   * @return the exit code, of those that are shown the worst
   */
  int run(Plan plan, Function<Links, ? extends List<? extends Plan>> each, Supplier<Facts> read)
      throws InterruptedException {
    if (flags.isApplied() && session.invocation().isNext()) {
      return run(plan, read);
    }
    Facts facts = read.get();
    Links links = new Links(facts);
    List<Decision> all = each.apply(links).stream().map(one -> one.prove(links)).toList();
    return all.isEmpty() ? show(List.of(plan.prove(links)), facts) : show(all, facts);
  }

  /** The second look's, with its newer versions; nothing is done if they differ. */
  private static Decision agreed(Decision first, Decision second) {
    return second.key().equals(first.key()) && second.args().equals(first.args())
        ? second
        : Decision.wait(5, "plan.changed");
  }

  private int show(List<Decision> decisions, Facts facts) {
    for (Decision decision : decisions) {
      session.print(session.messages().sentences(decision.key(), decision.args()));
      session.print(words(decision));
    }
    if (decisions.stream().anyMatch(Decision.Do.class::isInstance)) {
      session.print(List.of(session.messages().say("plan.nothingChanged")));
    }
    return decisions.stream().anyMatch(Decision.Refused.class::isInstance)
        ? ExitCode.ERRORS
        : ExitCode.ofReading(facts);
  }

  private int next(Decision decision) {
    say(decision);
    switch (decision) {
      case Decision.Done _ -> lines().print("done");
      case Decision.Wait wait -> lines().print("wait", String.valueOf(wait.seconds()));
      case Decision.Refused _ -> {
        return ExitCode.ERRORS;
      }
      case Decision.Do plan -> lines().print(plan.steps());
    }
    return ExitCode.FINE;
  }

  private static List<String> words(Decision decision) {
    List<Step> steps = decision instanceof Decision.Do plan ? plan.steps() : List.of();
    return steps.stream()
        .map(Step::words)
        .filter(words -> !words.isEmpty())
        .map(words -> "  " + words)
        .toList();
  }

  private void say(Decision decision) {
    session.messages().sentences(decision.key(), decision.args()).forEach(session.err()::println);
  }

  private StepLines lines() {
    return new StepLines(session.out());
  }
}
