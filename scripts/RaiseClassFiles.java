import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Raises the class files of a jar that are older than Java 6 to the version of Java 8, with the
 * stack maps that go with it. They do what they did, but the JVM's cache takes them now: older ones
 * are read and verified anew at every start (docs/decisions/0017-footprint.md).
 *
 * <p>Usage: {@code java RaiseClassFiles.java JAR}. A jar without such files is left alone.
 */
final class RaiseClassFiles {
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;
  private static final int WANTED = ClassFile.JAVA_8_VERSION;

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path raised = jar.resolveSibling(jar.getFileName() + ".raised");
    if (raise(jar, raised)) {
      Files.move(raised, jar, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(raised);
    }
  }

  /** Says whether anything had to be changed. */
  private static boolean raise(Path from, Path to) throws IOException {
    boolean changed = false;
    try (JarFile in = new JarFile(from.toFile());
        URLClassLoader classes = new URLClassLoader(new URL[] {from.toUri().toURL()});
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
      out.setComment("Changed by the build of udisk-csi: class files raised to Java 8.");
      ClassFile files =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (JarEntry entry : Collections.list(in.entries())) {
        byte[] bytes = read(in, entry);
        if (isOld(entry.getName(), bytes)) {
          bytes = raise(files, bytes);
          changed = true;
        }
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        out.write(bytes);
      }
    }
    return changed;
  }

  private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static boolean isOld(String name, byte[] bytes) {
    return name.endsWith(".class")
        && ((bytes[6] & 0xff) << 8 | bytes[7] & 0xff) < FIRST_WITH_STACK_MAPS;
  }

  private static byte[] raise(ClassFile files, byte[] bytes) {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(WANTED, 0);
          } else {
            builder.with(element);
          }
        };
    return files.transformClass(
        files.parse(bytes),
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen(version));
  }
}
