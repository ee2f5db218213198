package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All hosts. Removed ones are remembered but never found. */
public final class Hosts {
  private static final String KIND = "hosts";

  private final StateDirectory state;
  private final Map<String, Host> byId = new TreeMap<>();

  Hosts(StateDirectory state) {
    this.state = state;
    state.readAll(KIND, Host.class).forEach(host -> byId.put(host.id(), host));
  }

  public Optional<Host> find(String id) {
    return Optional.ofNullable(byId.get(id)).filter(host -> !host.removed());
  }

  public List<Host> all() {
    return byId.values().stream().filter(host -> !host.removed()).toList();
  }

  boolean knew(String id) {
    return byId.containsKey(id);
  }

  void save(Host host) {
    byId.put(host.id(), host);
    state.write(KIND, host.id(), host);
  }
}
