package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The words of one call of helm. */
final class HelmCall {
  private HelmCall() {}

  /** As Helm reads {@code --set}. */
  static ObjectNode values(List<String> call) {
    ObjectNode values = new ObjectMapper().createObjectNode();
    for (String setting : after("--set", call)) {
      String[] sides = setting.split("=", 2);
      String path = sides[0].replace('.', '/');
      int last = path.lastIndexOf('/');
      values
          .withObject("/" + path.substring(0, Math.max(last, 0)))
          .set(path.substring(last + 1), Chart.tree(sides[1]));
    }
    return values;
  }

  /** What follows each occurrence of a flag. */
  static List<String> after(String flag, List<String> call) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i + 1 < call.size(); i++) {
      if (call.get(i).equals(flag)) {
        found.add(call.get(i + 1));
      }
    }
    return found;
  }
}
