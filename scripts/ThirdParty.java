import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Turns a CycloneDX bill of materials into a table: what is of others, and under which licence. */
public final class ThirdParty {
  private ThirdParty() {}

  public static void main(String[] args) throws Exception {
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of(args[0]).toFile())
            .getDocumentElement();
    TreeSet<String> rows = new TreeSet<>();
    NodeList components = root.getElementsByTagName("component");
    for (int i = 0; i < components.getLength(); i++) {
      Element component = (Element) components.item(i);
      String group = text(component, "group");
      if (component.getParentNode().getNodeName().equals("components")
          && !group.equals("cn.ucloud.csi")) {
        rows.add(
            "| %s:%s | %s | %s |"
                .formatted(
                    group,
                    text(component, "name"),
                    text(component, "version"),
                    licences(component)));
      }
    }
    write(Path.of(args[1]), rows);
  }

  private static void write(Path file, TreeSet<String> rows) throws IOException {
    Files.writeString(
        file,
        """
        # Software of others

        What the controller, the node, the administrator's program and the simulator run on, with its licences. Written by `make sbom`; do not edit.

        | artifact | version | licence |
        |---|---|---|
        %s
        """
            .formatted(String.join("\n", rows)));
  }

  private static String licences(Element component) {
    TreeSet<String> names = new TreeSet<>();
    NodeList licences = component.getElementsByTagName("license");
    for (int i = 0; i < licences.getLength(); i++) {
      Element licence = (Element) licences.item(i);
      String id = text(licence, "id");
      names.add(id.isEmpty() ? text(licence, "name") : id);
    }
    NodeList expressions = component.getElementsByTagName("expression");
    for (int i = 0; i < expressions.getLength(); i++) {
      names.add(expressions.item(i).getTextContent().strip());
    }
    return String.join(", ", names);
  }

  /** The text of the child of this name; empty if there is none. */
  private static String text(Element parent, String name) {
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (name.equals(child.getNodeName())) {
        return child.getTextContent().strip();
      }
    }
    return "";
  }
}
