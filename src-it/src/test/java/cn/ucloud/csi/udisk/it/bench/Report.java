package cn.ucloud.csi.udisk.it.bench;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of one run: a table for people, JSON for comparing runs. */
public final class Report {
  private final Map<String, String> machine = Machine.describe();
  private final List<Figure> figures = new ArrayList<>();

  public synchronized void add(String what, double value, String unit, Target aim, String how) {
    figures.add(new Figure(what, value, unit, aim, how));
  }

  void add(String what, double value, String unit, String how) {
    add(what, value, unit, Target.NONE, how);
  }

  /** The median of several values. */
  void add(String what, Samples samples, String unit, Target aim, String how) {
    add(what, samples.median(), unit, aim, "median, " + samples.spread() + "; " + how);
  }

  public synchronized List<Figure> figures() {
    return List.copyOf(figures);
  }

  /** The figures as a table in Markdown, after what machine it was. */
  public String table() {
    StringBuilder text = new StringBuilder();
    machine.forEach((key, value) -> text.append("%s: %s%n".formatted(key, value)));
    text.append("%n| figure | value | aim | | how |%n|---|---|---|---|---|%n".formatted());
    for (Figure figure : figures()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s %s | %s | %s | %s |%n",
              figure.what(),
              number(figure.value()),
              figure.unit(),
              figure.aim(),
              figure.verdict(),
              figure.how()));
    }
    return text.toString();
  }

  void write(Path file) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Figure figure : figures()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("figure", figure.what());
      fields.put("value", figure.value());
      fields.put("unit", figure.unit());
      fields.put("aim", figure.aim().toString());
      fields.put("verdict", figure.verdict());
      fields.put("how", figure.how());
      all.add(fields);
    }
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("machine", machine);
    whole.put("figures", all);
    try {
      Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent()));
      Files.writeString(
          file,
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(whole));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value);
  }
}
