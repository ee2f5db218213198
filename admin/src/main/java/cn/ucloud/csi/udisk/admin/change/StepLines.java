package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.plan.Step;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/** Steps as the plugin reads them: a line each, its words parted by tabs. */
record StepLines(PrintStream out) {
  void print(List<Step> steps) {
    steps.forEach(this::print);
  }

  private void print(Step step) {
    switch (step) {
      case Step.Patch(var resource, var namespace, var name, var json) ->
          print("patch", resource, namespace.isEmpty() ? "-" : namespace, name, json);
      case Step.Create(var json) -> print("create", json);
      case Step.Delete(var path, var options) -> print("delete", path, options);
      case Step.Keys(var namespace, var name) -> print("keys", namespace, name);
      case Step.Note(var text) -> print("note", text);
      case Step.Pause(var seconds) -> print("wait", String.valueOf(seconds));
      case Step.Make(var kind, var name, var of) ->
          print(Stream.concat(Stream.of("make", kind, name), of.stream()).toArray(String[]::new));
    }
  }

  void print(String... fields) {
    out.println(String.join("\t", fields));
  }
}
