package cn.ucloud.csi.udisk.it.plugin;

import java.util.ArrayList;
import java.util.List;

/** The shells that run our scripts: that of Debian, that of most people, that of small images. */
enum ShellKind {
  DASH("/usr/bin/dash"),
  BASH("/usr/bin/bash"),
  BUSYBOX("/usr/bin/busybox sh");

  private final String command;

  ShellKind(String command) {
    this.command = command;
  }

  List<String> running(String script, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command.split(" ", -1)));
    all.add(script);
    all.addAll(List.of(arguments));
    return all;
  }
}
