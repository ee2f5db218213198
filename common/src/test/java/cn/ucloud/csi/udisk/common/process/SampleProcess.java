package cn.ucloud.csi.udisk.common.process;

import cn.ucloud.csi.udisk.common.config.CommonConfig;
import cn.ucloud.csi.udisk.common.config.CommonOptions;
import cn.ucloud.csi.udisk.common.config.Rule;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import java.util.List;
import picocli.CommandLine.Mixin;

/** The smallest process there can be, as a main of its own and for tests in this JVM. */
final class SampleProcess {
  private SampleProcess() {}

  static final class SampleOptions implements ServerOptions<CommonConfig> {
    @Mixin private final CommonOptions common = new CommonOptions();

    @Override
    public CommonOptions common() {
      return common;
    }

    @Override
    public List<Rule> rules() {
      return List.of();
    }

    @Override
    public CommonConfig toConfig() {
      return common.toConfig();
    }
  }

  static ServerProcess<CommonConfig> with(Wiring<CommonConfig> wiring) {
    return new ServerProcess<>("sample", new SampleOptions(), wiring);
  }

  public static void main(String[] args) {
    with(
            (_, scope) -> {
              scope.own(() -> System.err.println("part closed"));
              scope.readiness().ready();
              return List.of(new IdentityService(BuildVersion.read(), scope.readiness()));
            })
        .runAndExit(args, System.getenv());
  }
}
