package cn.ucloud.csi.udisk.controller.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One look at a node and at its host: whether the host is off, for whoever moves pods away from it.
 * A host that is merely out of reach may still write. One look proves nothing; two, apart, must
 * (decision 23).
 *
 * @param isSilent whether its kubelet has said nothing for as long as the looking party asks
 * @param names the node's name and its internal addresses
 * @param instances all hosts that its labels name
 * @param registered by which id this driver is registered there; empty if it is not
 * @param host as the cloud shows the one that was asked for; empty if it could not be read
 */
public record HostOffProof(
    boolean isSilent,
    Collection<String> names,
    List<String> instances,
    Optional<String> registered,
    Optional<Shown> host) {

  /**
   * What the cloud shows of a host.
   *
   * @param exists false if it knows none of that id
   * @param state in its words; empty if it does not say
   * @param addresses as far as told
   */
  public record Shown(boolean exists, String state, Collection<String> addresses) {
    private static final String STOPPED = "Stopped";

    /** Off, and not on its way there or back. */
    public boolean isOff() {
      return !exists || STOPPED.equals(state);
    }
  }

  /** What keeps a look from counting. */
  public enum Doubt {
    /** Its kubelet was heard of. */
    NOT_SILENT,
    /** Labels, registration and addresses do not name one and the same host. */
    AMBIGUOUS,
    /** The cloud did not show the host. */
    NOT_READ,
    /** It runs, or it may. */
    NOT_OFF
  }

  /** Empty if this look counts. */
  public Optional<Doubt> findDoubt() {
    if (!isSilent) {
      return Optional.of(Doubt.NOT_SILENT);
    }
    if (instances.size() != 1 || !isRegisteredAsIt() || !isAtItsAddress()) {
      return Optional.of(Doubt.AMBIGUOUS);
    }
    if (host.isEmpty()) {
      return Optional.of(Doubt.NOT_READ);
    }
    return host.get().isOff() ? Optional.empty() : Optional.of(Doubt.NOT_OFF);
  }

  /** One that is registered by an address, as the closed driver's nodes are, agrees with it. */
  private boolean isRegisteredAsIt() {
    return registered.filter(id -> !instances.contains(id) && !names.contains(id)).isEmpty();
  }

  private boolean isAtItsAddress() {
    return host.map(Shown::addresses)
        .filter(told -> !told.isEmpty() && told.stream().noneMatch(names::contains))
        .isEmpty();
  }
}
