package cn.ucloud.csi.udisk.orchestrator.call;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a fake driver answers: refusals first, in order, then its usual answer for ever. */
public final class Script {
  private final Map<Class<?>, Queue<Status>> refusals = new ConcurrentHashMap<>();
  private final Map<Class<?>, Message> answers = new ConcurrentHashMap<>();
  private final Queue<Message> requests = new ConcurrentLinkedQueue<>();

  /** The next calls with this request end like this. */
  public Script refuse(Class<? extends Message> request, Status.Code... codes) {
    for (Status.Code code : codes) {
      refusals
          .computeIfAbsent(request, _ -> new ConcurrentLinkedQueue<>())
          .add(code.toStatus().withDescription("scripted"));
    }
    return this;
  }

  public Script answer(Class<? extends Message> request, Message response) {
    answers.put(request, response);
    return this;
  }

  /** The requests of one kind that came, in order. */
  public <R extends Message> List<R> received(Class<R> request) {
    return requests.stream().filter(request::isInstance).map(request::cast).toList();
  }

  public <R extends Message> void play(Message request, R usual, StreamObserver<R> observer) {
    requests.add(request);
    Queue<Status> refused = refusals.get(request.getClass());
    Status status = refused == null ? null : refused.poll();
    if (status != null) {
      observer.onError(status.asRuntimeException());
      return;
    }
    @SuppressWarnings("unchecked") // a test that scripts the wrong type sees the cast fail
    R response = (R) answers.getOrDefault(request.getClass(), usual);
    observer.onNext(response);
    observer.onCompleted();
  }
}
