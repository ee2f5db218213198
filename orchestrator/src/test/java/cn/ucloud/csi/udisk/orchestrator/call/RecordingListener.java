package cn.ucloud.csi.udisk.orchestrator.call;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was told. */
public final class RecordingListener implements CallListener {
  private final List<Answer> answers = new CopyOnWriteArrayList<>();

  @Override
  public void calling(String rpc, String subject, int attempt) {}

  @Override
  public void answered(Answer answer) {
    answers.add(answer);
  }

  List<Answer> answers() {
    return answers;
  }

  public List<Verdict> verdictsOf(String rpc) {
    return answers.stream().filter(a -> a.rpc().equals(rpc)).map(Answer::verdict).toList();
  }
}
