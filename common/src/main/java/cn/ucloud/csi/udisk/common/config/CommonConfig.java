package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import cn.ucloud.csi.udisk.common.log.LogFormat;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.event.Level;

/** What both processes can be told. */
public record CommonConfig(
    CsiEndpoint endpoint,
    HttpListen http,
    Optional<Path> healthDir,
    LogFormat logFormat,
    Level logLevel) {}
