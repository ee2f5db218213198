package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.grpc.CsiEndpoint;
import cn.ucloud.csi.udisk.common.log.LogFormat;
import org.slf4j.event.Level;

/** What both processes can be told. */
public record CommonConfig(
    CsiEndpoint endpoint, HttpListen http, LogFormat logFormat, Level logLevel) {}
