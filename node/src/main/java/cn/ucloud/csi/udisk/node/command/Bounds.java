package cn.ucloud.csi.udisk.node.command;

import java.time.Duration;
import java.util.Map;

/**
 * What a program that might take much may take.
 *
 * @param limit as of {@link CommandRunner#run(Duration, java.util.List)}
 * @param memory how many bytes of its own it can have; it is refused more
 * @param environment variables that it gets besides those of this process
 */
public record Bounds(Duration limit, long memory, Map<String, String> environment) {}
