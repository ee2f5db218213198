package cn.ucloud.csi.udisk.admin.plan;

import java.util.List;

/**
 * One change of an object, which the user's own kubectl sends. Each carries what must still be true
 * of the object, so that a change of something else in between makes it fail.
 */
public sealed interface Step {
  /** In the words of kubectl; empty if it changes nothing. */
  String words();

  /**
   * A JSON patch (RFC 6902) that begins with tests.
   *
   * @param resource as kubectl calls it
   * @param namespace empty where there is none
   */
  record Patch(String resource, String namespace, String name, String json) implements Step {
    @Override
    public String words() {
      return "kubectl patch %s %s%s --type=json -p '%s'"
          .formatted(resource, name, namespace.isEmpty() ? "" : " -n " + namespace, json);
    }
  }

  /** A new object. */
  record Create(String json) implements Step {
    @Override
    public String words() {
      return "kubectl create -f - <<< '" + json + "'";
    }
  }

  /**
   * A deletion with preconditions.
   *
   * @param path of the object at the API server
   * @param options DeleteOptions
   */
  record Delete(String path, String options) implements Step {
    @Override
    public String words() {
      return "kubectl delete --raw " + path + " -f - <<< '" + options + "'";
    }
  }

  /**
   * The keys that were typed, in the place of those of a Secret. The plugin has them and sends
   * them; here they are only tried.
   */
  record Keys(String namespace, String name) implements Step {
    @Override
    public String words() {
      return "kubectl patch secret %s -n %s --type=json --patch-file=/dev/stdin"
          .formatted(name, namespace);
    }
  }

  /** Something that later rounds are to know; see {@code Notes}. */
  record Note(String text) implements Step {
    @Override
    public String words() {
      return "";
    }
  }

  /** Time for the cluster to do what follows from the steps before. */
  record Pause(int seconds) implements Step {
    @Override
    public String words() {
      return "";
    }
  }

  /**
   * An object of a test volume, which the plugin makes itself, so that nothing else can be made.
   *
   * @param kind claim, pod or snapshot
   * @param of what it is made of
   */
  record Make(String kind, String name, List<String> of) implements Step {
    @Override
    public String words() {
      return "";
    }
  }
}
