package cn.ucloud.csi.udisk.admin.screen;

import java.util.ArrayList;
import java.util.List;

/** A line of a tree, and what hangs below it. */
record Branch(String text, List<Branch> below) {

  Branch(String text, Branch... below) {
    this(text, List.of(below));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(text));
    for (int i = 0; i < below.size(); i++) {
      boolean isLast = i == below.size() - 1;
      List<String> branch = below.get(i).lines();
      lines.add((isLast ? "└─ " : "├─ ") + branch.getFirst());
      branch.stream().skip(1).map(line -> (isLast ? "   " : "│  ") + line).forEach(lines::add);
    }
    return lines;
  }
}
