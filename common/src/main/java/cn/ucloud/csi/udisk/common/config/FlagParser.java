package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Reads a command line and its environment into a config, or says everything that is wrong with
 * them at once.
 */
public final class FlagParser {
  private final String program;
  private final String version;
  private final Map<String, String> environment;

  public FlagParser(String program, String version, Map<String, String> environment) {
    this.program = program;
    this.version = version;
    this.environment = Map.copyOf(environment);
  }

  /** Fills the options and turns them into their config. */
  public <C> Parsed<C> parse(Options<C> options, String... args) {
    CommandLine line = commandLine(options);
    Variables variables = new Variables(environment, options.aliases());
    Arguments arguments = new Arguments(line.getCommandSpec(), variables, List.of(args));
    ParseResult result = line.parseArgs(arguments.all());
    if (result.isUsageHelpRequested()) {
      return new Parsed.Told<>(line.getUsageMessage());
    }
    if (result.isVersionHelpRequested()) {
      return new Parsed.Told<>(program + " " + version + System.lineSeparator());
    }
    Problems problems = new Problems(line.getCommandSpec(), variables, List.of(args));
    arguments.missing().forEach(problems::addMissing);
    arguments.unclean().forEach(problems::addUnclean);
    result.errors().forEach(problems::addFlagError);
    options.rules().forEach(problems::addIfBroken);
    if (!problems.isEmpty()) {
      return new Parsed.Refused<>(problems.sentences());
    }
    try {
      return new Parsed.Ready<>(options.toConfig(), EffectiveFlags.of(arguments));
    } catch (InvalidRequest e) {
      return new Parsed.Refused<>(List.of(e.sentence()));
    }
  }

  private CommandLine commandLine(Options<?> options) {
    CommandLine line = new CommandLine(options);
    line.getCommandSpec().name(program).mixinStandardHelpOptions(true);
    line.getCommandSpec().parser().collectErrors(true);
    line.getCommandSpec()
        .usageMessage()
        .footer("", "Every flag is also a variable: --csi-endpoint is CSI_ENDPOINT. A flag wins.");
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false);
    line.registerConverter(Duration.class, Durations::parse);
    line.registerConverter(HostPort.class, HostPort::parse);
    line.registerConverter(HttpListen.class, HttpListen::parse);
    line.registerConverter(ProxyAddress.class, ProxyAddress::parse);
    line.registerConverter(CsiEndpoint.class, CsiEndpoint::parse);
    line.registerConverter(Secret.class, Secret::of);
    return line;
  }
}
