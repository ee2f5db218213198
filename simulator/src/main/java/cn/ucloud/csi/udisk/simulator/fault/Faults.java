package cn.ucloud.csi.udisk.simulator.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The trouble that is still to come, and the calls that wait in it. */
public final class Faults {
  private final List<Fault> pending = new ArrayList<>();
  private final OddRecords oddRecords = new OddRecords();
  private CountDownLatch gate = new CountDownLatch(1);
  private int held;

  public synchronized void add(Fault fault) {
    pending.add(fault);
  }

  /** Faults with the number of calls each will still strike. */
  public synchronized List<Fault> remaining() {
    return List.copyOf(pending);
  }

  /** What Describe actions show otherwise than it is. */
  public OddRecords oddRecords() {
    return oddRecords;
  }

  /** Forgets all faults. Calls that wait go on waiting for their release. */
  public synchronized void clear() {
    oddRecords.clear();
    pending.clear();
  }

  /** Lets go of all calls that wait now, not of later ones. */
  public synchronized void release() {
    gate.countDown();
    gate = new CountDownLatch(1);
  }

  /** How many calls wait for their release. */
  public synchronized int held() {
    return held;
  }

  /** The oldest fault that strikes this call, used up by one. */
  public synchronized Optional<Fault> take(String action, Map<String, String> parameters) {
    for (Iterator<Fault> each = pending.iterator(); each.hasNext(); ) {
      Fault fault = each.next();
      if (fault.hits(action, parameters)) {
        each.remove();
        if (fault.strikes() > 1) {
          pending.addFirst(fault.times(fault.strikes() - 1));
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  /** Waits for the next {@link #release}. */
  public void hold() throws InterruptedException {
    CountDownLatch mine;
    synchronized (this) {
      mine = gate;
      held++;
    }
    try {
      mine.await();
    } finally {
      synchronized (this) {
        held--;
      }
    }
  }
}
