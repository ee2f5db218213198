package cn.ucloud.csi.udisk.simulator.config;

import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be chosen about a simulated region. The YAML file has the same shape.
 *
 * @param listen host and port; port 0 takes a free one
 * @param zones the zones of the region; any other one is refused with 293
 * @param projects the projects of the account; any other one is refused with 292
 * @param nameFilter what UDiskName of DescribeUDisk does, which the reference leaves open
 * @param hosts ordered at the first start only; later starts find them in the state directory
 */
@RecordBuilder
public record SimulatorConfig(
    String listen,
    Path stateDir,
    HypervisorKind hypervisor,
    String region,
    List<String> zones,
    List<String> projects,
    NameFilter nameFilter,
    Keys keys,
    List<HostSpec> hosts,
    Delays delays,
    Limits limits,
    Sts sts)
    implements SimulatorConfigBuilder.With {

  /** What an attached disk becomes on this machine. */
  public enum HypervisorKind {
    /** A loop device and a guest's view of it; needs root on Linux. */
    @JsonProperty("loop")
    LOOP,
    /** Nothing: only the API and the metadata know of it. */
    @JsonProperty("none")
    NONE
  }

  /** How DescribeUDisk compares UDiskName. */
  public enum NameFilter {
    @JsonProperty("exact")
    EXACT,
    @JsonProperty("contains")
    CONTAINS
  }

  /** The key pair of the account. */
  public record Keys(String publicKey, String privateKey) {
    @Override
    public String toString() {
      return "Keys[" + publicKey + ", ***]";
    }
  }

  /**
   * How long the region takes.
   *
   * @param listingLag for how long DescribeUDisk goes on showing what was before a change
   */
  public record Delays(
      Duration create,
      Duration attach,
      Duration detach,
      Duration delete,
      Duration resize,
      Duration listingLag) {

    /** Every transition takes this long; lists do not lag. */
    public static Delays all(Duration each) {
      return new Delays(each, each, each, each, each, Duration.ZERO);
    }

    public Delays withListingLag(Duration lag) {
      return new Delays(create, attach, detach, delete, resize, lag);
    }
  }

  /**
   * What the account may do at the first start; later the console changes it.
   *
   * @param requestsPerSecond the rate beyond which calls are refused with 153; null for no limit
   * @param mutationsPerSecond the same for calls that are no Describe
   */
  public record Limits(
      int disks, @Nullable Double requestsPerSecond, @Nullable Double mutationsPerSecond) {}

  /** The temporary keys of the metadata servers, and the roles that exist. */
  public record Sts(Duration lifetime, List<String> roles) {}

  /** A region without hosts, and with the delays of a quick day. */
  public static SimulatorConfig defaults(Path stateDir) {
    Duration quick = Duration.ofMillis(200);
    return new SimulatorConfig(
        "127.0.0.1:0",
        stateDir,
        HypervisorKind.NONE,
        "cn-bj2",
        List.of("cn-bj2-02", "cn-bj2-05"),
        List.of("org-simulator"),
        NameFilter.EXACT,
        new Keys("simulator-public-key", "simulator-private-key"),
        List.of(),
        new Delays(quick, quick, quick, Duration.ZERO, quick, Duration.ZERO),
        new Limits(1000, null, null),
        new Sts(Duration.ofHours(1), List.of("Uk8sServiceCharacter", "ServiceRoleForUK8S")));
  }

  public SimulatorConfig withHosts(HostSpec... newHosts) {
    return withHosts(List.of(newHosts));
  }
}
