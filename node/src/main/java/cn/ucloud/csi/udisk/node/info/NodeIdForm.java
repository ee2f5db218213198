package cn.ucloud.csi.udisk.node.info;

/** By what the controller is to know this node (decision 6). */
public enum NodeIdForm {
  /** The instance id. */
  INSTANCE_ID("instance-id"),
  /** The node's name, which in UK8S is its internal address: the closed driver's form. */
  NODE_NAME("node-name");

  private final String word;

  NodeIdForm(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
