package cn.ucloud.csi.udisk.controller.kube;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;

/** Is told of every object that comes or changes, as it is then; what goes is of no interest. */
record Each<T>(Consumer<T> consumer) implements ResourceEventHandler<T> {

  @Override
  public void onAdd(T added) {
    consumer.accept(added);
  }

  @Override
  public void onUpdate(T before, T after) {
    consumer.accept(after);
  }

  @Override
  public void onDelete(T last, boolean stateUnknown) {}
}
