import static net.bytebuddy.jar.asm.Opcodes.*;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.Remapper;

/**
 * Makes of the packaged agent one that a JVM starts sooner with. What it does is the same.
 *
 * <p>Lambdas become classes: each of them costs a start 0.4 ms of processor time on JDK 17 and 0.6
 * on 25, because the JVM makes its class then and there; one that lies ready costs 0.2. Those of
 * one class that are of the same interface and capture the same types become one. And classes that
 * every start needs are put into one more entry, all in one piece and as they are, for looking for
 * each and unpacking it takes longer than reading. {@code AgentLoader} says how it is written.
 *
 * <p>A lambda's class is a nest mate of the class that it stands in, so it may call the private
 * method that holds its body. One that captures nothing has one instance, as the JVM makes it.
 * Lambdas that can be serialized, or are more than one interface, are left as they are.
 *
 * <p>Records get the code of {@code equals} and {@code hashCode} that a compiler would have written
 * before there were records: the JVM puts it together from method handles, at the first use of any
 * record, and takes 25 ms and more to begin with.
 *
 * <p>Nothing has line numbers or names of variables. A debugger that steps into code stops in what
 * has lines: it passes by the agent, which an application's code calls wherever it calls the JDK,
 * and whose sources nobody has there. And what is not in the jar is not read.
 *
 * <p>All but what applications are compiled with is synthetic: made by a tool, and nobody's code.
 * JaCoCo counts no such class, and agents made with Byte Buddy leave them alone unless told
 * otherwise. AspectJ asks a class loader what to weave its classes with; in those that are loaded
 * with the application's, the methods that nobody else calls are bridges, which it leaves alone.
 *
 * <p>Run by the build: {@code java -cp byte-buddy.jar QuickStart.java hush-agent.jar}.
 */
final class QuickStart {

  private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
  private static final String RECORDS = "java/lang/runtime/ObjectMethods";
  private static final String OF_RECORD = "record$";
  private static final String OWN = "dev/hush/agent/";
  private static final Set<String> ENTRY = Set.of(OWN + "HushAgent", OWN + "AgentLoader");
  private static final String INSTANCE = "INSTANCE";
  private static final String MAKE = "make";
  private static final String WHICH = "which";

  /** The packages whose classes most starts need. */
  private static final Set<String> START =
      Set.of(
          "dev/hush/agent",
          "dev/hush/agent/runtime",
          "dev/hush/agent/runtime/configuration",
          "dev/hush/agent/runtime/environment",
          "dev/hush/agent/runtime/function",
          "dev/hush/agent/runtime/logging",
          "dev/hush/agent/runtime/masking",
          "dev/hush/agent/runtime/provider",
          "dev/hush/agent/runtime/resolve",
          "dev/hush/agent/runtime/runtime",
          "dev/hush/agent/runtime/stream",
          "dev/hush/agent/shaded/bytebuddy/jar/asm");

  /**
   * What is defined in {@code java.base}, and what the JVM there takes for its own annotations;
   * {@code BridgeDefinition} says why.
   */
  private static final Map<String, String> BRIDGE =
      Map.of(
          OWN + "Bridge", "java/lang/$HushBridge",
          OWN + "Bridged", "java/lang/$HushBridged",
          OWN + "HiddenFrame", "jdk/internal/vm/annotation/Hidden",
          OWN + "SetOnce", "jdk/internal/vm/annotation/Stable");

  private static final String PIECE = "dev/hush/agent/start.classes";

  /** The class files of the jar, by their internal names. */
  private final Map<String, byte[]> classes = new TreeMap<>();

  /** A lambda: the method's erased type, what it calls, and its type here. */
  private record Lambda(Type erased, Handle target, Type here) {}

  /**
   * Lambdas of one class that can be one class, each a case of its method.
   *
   * @param function the name of the interface's method
   * @param factory what is captured, and the interface
   */
  private record Lambdas(String name, String function, String factory, List<Lambda> cases) {}

  /** Classes that were made, by the one that is the host of their nest. */
  private final Map<String, List<String>> made = new LinkedHashMap<>();

  private QuickStart() {}

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    new QuickStart().rewrite(jar);
  }

  private void rewrite(Path jar) throws IOException {
    Map<String, byte[]> others = new LinkedHashMap<>();
    long time = 0;
    try (ZipFile file = new ZipFile(jar.toFile())) {
      for (var entries = file.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        time = Math.max(time, entry.getTime());
        if (entry.isDirectory()) {
          continue; // Nothing looks for them, and the JVM reads each when it opens the jar.
        }
        try (InputStream content = file.getInputStream(entry)) {
          String name = entry.getName();
          if (name.endsWith(".class")) {
            classes.put(
                name.substring(0, name.length() - ".class".length()), content.readAllBytes());
          } else {
            others.put(name, content.readAllBytes());
          }
        }
      }
    }
    for (String name : List.copyOf(classes.keySet())) {
      withoutMethodHandles(name);
    }
    made.forEach(this::addToNest);
    classes.replaceAll((name, file) -> name.startsWith(OWN) ? bridged(file) : file);
    classes.replaceAll(QuickStart::ofTheAgent);
    Path rewritten = jar.resolveSibling(jar.getFileName() + ".rewritten");
    try (OutputStream out = Files.newOutputStream(rewritten);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(9);
      // The manifest is looked for at the beginning.
      write(zip, "META-INF/MANIFEST.MF", others.remove("META-INF/MANIFEST.MF"), time);
      write(zip, PIECE, start(), time);
      for (Map.Entry<String, byte[]> other : others.entrySet()) {
        write(zip, other.getKey(), other.getValue(), time);
      }
      for (Map.Entry<String, byte[]> type : classes.entrySet()) {
        // The classes that are of the JVM's own loader have no place where others look.
        if (!BRIDGE.containsKey(type.getKey())) {
          write(zip, type.getKey() + ".class", type.getValue(), time);
        }
      }
    }
    Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(ZipOutputStream zip, String name, byte[] content, long time)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(time);
    if (name.equals(PIECE)) {
      CRC32 check = new CRC32();
      check.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(check.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private byte[] start() {
    TreeMap<Integer, byte[]> byHash = new TreeMap<>();
    Set<Integer> hashes = new HashSet<>();
    for (Map.Entry<String, byte[]> type : classes.entrySet()) {
      int hash = type.getKey().replace('/', '.').hashCode();
      if (!hashes.add(hash)) {
        throw new IllegalStateException(type.getKey() + " has the hash of another class");
      }
      if (START.contains(type.getKey().replaceFirst("/[^/]*$", ""))) {
        byHash.put(hash, type.getValue());
      }
    }
    int begin = 4 + 12 * byHash.size();
    ByteBuffer piece =
        ByteBuffer.allocate(begin + byHash.values().stream().mapToInt(type -> type.length).sum());
    piece.putInt(byHash.size());
    for (Map.Entry<Integer, byte[]> type : byHash.entrySet()) {
      piece.putInt(type.getKey()).putInt(begin).putInt(type.getValue().length);
      begin += type.getValue().length;
    }
    byHash.values().forEach(piece::put);
    return piece.array();
  }

  /** Names the bridge, and what belongs to it, as the JVM is to know it. */
  private static byte[] bridged(byte[] file) {
    ClassReader reader = new ClassReader(file);
    ClassWriter writer = new ClassWriter(0);
    boolean[] changed = {false};
    reader.accept(
        new ClassRemapper(
            writer,
            new Remapper() {
              @Override
              public String map(String name) {
                String known = BRIDGE.get(name);
                changed[0] |= known != null;
                return known == null ? name : known;
              }
            }),
        0);
    return changed[0] ? writer.toByteArray() : file;
  }

  /** Replaces what the JVM would link with method handles. */
  private void withoutMethodHandles(String name) {
    ClassReader reader = new ClassReader(classes.get(name));
    // Without the constants of what is replaced.
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    Map<String, Lambdas> lambdas = new LinkedHashMap<>();
    String[] host = {name};
    List<Runnable> records = new ArrayList<>();
    reader.accept(
        new ClassVisitor(ASM9, writer) {
          @Override
          public void visit(
              int version,
              int access,
              String self,
              String signature,
              String parent,
              String[] interfaces) {
            super.visit(nesting(version), access, self, signature, parent, interfaces);
          }

          @Override
          public void visitNestHost(String nestHost) {
            host[0] = nestHost;
            super.visitNestHost(nestHost);
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String method, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(
                ASM9, super.visitMethod(access, method, descriptor, signature, exceptions)) {
              @Override
              public void visitInvokeDynamicInsn(
                  String function, String factory, Handle bootstrap, Object... constants) {
                if (bootstrap.getOwner().equals(RECORDS) && !function.equals("toString")) {
                  records.add(() -> ofRecord(writer, name, function, factory, constants));
                  super.visitMethodInsn(INVOKESTATIC, name, OF_RECORD + function, factory, false);
                  return;
                }
                if (!bootstrap.getOwner().equals(METAFACTORY)
                    || !bootstrap.getName().equals("metafactory")) {
                  super.visitInvokeDynamicInsn(function, factory, bootstrap, constants);
                  return;
                }
                Lambda lambda =
                    new Lambda((Type) constants[0], (Handle) constants[1], (Type) constants[2]);
                Lambdas its =
                    lambdas.computeIfAbsent(
                        function + factory + lambda.erased(),
                        ignored ->
                            new Lambdas(
                                name + "$Lambda$" + (lambdas.size() + 1),
                                function,
                                factory,
                                new ArrayList<>()));
                int which = its.cases().size();
                its.cases().add(lambda);
                if (Type.getArgumentTypes(factory).length == 0) {
                  super.visitFieldInsn(
                      GETSTATIC,
                      its.name(),
                      INSTANCE + which,
                      Type.getReturnType(factory).getDescriptor());
                } else {
                  super.visitLdcInsn(which);
                  super.visitMethodInsn(INVOKESTATIC, its.name(), MAKE, makes(factory), false);
                }
              }
            };
          }

          @Override
          public void visitEnd() {
            records.forEach(Runnable::run);
            super.visitEnd();
          }
        },
        0);
    for (Lambdas its : lambdas.values()) {
      classes.put(its.name(), type(its, host[0]));
      made.computeIfAbsent(host[0], ignored -> new ArrayList<>()).add(its.name());
    }
    if (!lambdas.isEmpty() || !records.isEmpty()) {
      classes.put(name, writer.toByteArray());
    }
  }

  /** Nests are since 11. */
  private static int nesting(int version) {
    return Math.max(version & 0xffff, V11);
  }

  /** As debuggers and other agents pass it by. */
  private static byte[] ofTheAgent(String name, byte[] file) {
    int synthetic = name.startsWith(OWN) ? ACC_SYNTHETIC : 0;
    boolean[] bridges = {ENTRY.contains(name)};
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(file)
        .accept(
            new ClassVisitor(ASM9, writer) {
              @Override
              public void visit(
                  int version,
                  int access,
                  String self,
                  String signature,
                  String parent,
                  String[] interfaces) {
                bridges[0] |= (access & ACC_SYNTHETIC) != 0;
                super.visit(version, access | synthetic, self, signature, parent, interfaces);
              }

              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String method,
                  String descriptor,
                  String signature,
                  String[] exceptions) {
                boolean bridge =
                    !method.startsWith("<") && (bridges[0] || (access & ACC_PRIVATE) != 0);
                int flags = bridge ? access | ACC_SYNTHETIC | ACC_BRIDGE : access;
                return new MethodVisitor(
                    ASM9, super.visitMethod(flags, method, descriptor, signature, exceptions)) {
                  @Override
                  public void visitLineNumber(int line, Label start) {}

                  @Override
                  public void visitLocalVariable(
                      String variable,
                      String descriptor,
                      String signature,
                      Label start,
                      Label end,
                      int index) {}
                };
              }
            },
            0);
    return writer.toByteArray();
  }

  private void addToNest(String host, List<String> members) {
    byte[] file = classes.get(host);
    if (file == null) {
      throw new IllegalStateException(host + " is the host of a nest, and not in the jar");
    }
    ClassReader reader = new ClassReader(file);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(ASM9, writer) {
          @Override
          public void visit(
              int version,
              int access,
              String self,
              String signature,
              String parent,
              String[] interfaces) {
            super.visit(nesting(version), access, self, signature, parent, interfaces);
          }

          @Override
          public void visitEnd() {
            members.forEach(this::visitNestMember);
            super.visitEnd();
          }
        },
        0);
    classes.put(host, writer.toByteArray());
  }

  /** Takes what is captured, and which of the lambdas it is. */
  private static String makes(String factory) {
    List<Type> taken = new ArrayList<>(List.of(Type.getArgumentTypes(factory)));
    taken.add(Type.INT_TYPE);
    return Type.getMethodDescriptor(Type.getReturnType(factory), taken.toArray(new Type[0]));
  }

  /** The class of lambdas. */
  private static byte[] type(Lambdas lambdas, String host) {
    String name = lambdas.name();
    Type[] captured = Type.getArgumentTypes(lambdas.factory());
    Type type = Type.getReturnType(lambdas.factory());
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        V17,
        ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC,
        name,
        null,
        "java/lang/Object",
        new String[] {type.getInternalName()});
    writer.visitNestHost(host);
    for (int i = 0; i < captured.length; i++) {
      writer.visitField(ACC_PRIVATE | ACC_FINAL, "v" + i, captured[i].getDescriptor(), null, null);
    }
    writer.visitField(ACC_PRIVATE | ACC_FINAL, WHICH, "I", null, null);
    constructor(writer, name, captured);
    if (captured.length == 0) {
      instances(writer, name, type, lambdas.cases().size());
    } else {
      make(writer, name, makes(lambdas.factory()), captured);
    }
    MethodVisitor code =
        writer.visitMethod(
            ACC_PUBLIC,
            lambdas.function(),
            lambdas.cases().get(0).erased().getDescriptor(),
            null,
            null);
    code.visitCode();
    int last = lambdas.cases().size() - 1;
    if (last > 0) {
      Label[] labels = new Label[last + 1];
      Arrays.setAll(labels, ignored -> new Label());
      code.visitVarInsn(ALOAD, 0);
      code.visitFieldInsn(GETFIELD, name, WHICH, "I");
      code.visitTableSwitchInsn(0, last - 1, labels[last], Arrays.copyOf(labels, last));
      for (int which = 0; which <= last; which++) {
        code.visitLabel(labels[which]);
        code.visitFrame(F_SAME, 0, null, 0, null);
        call(code, name, captured, lambdas.cases().get(which));
      }
    } else {
      call(code, name, captured, lambdas.cases().get(0));
    }
    code.visitMaxs(0, 0);
    code.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  /** Does what one lambda does, and returns. */
  private static void call(MethodVisitor code, String name, Type[] captured, Lambda lambda) {
    Type erased = lambda.erased();
    Handle target = lambda.target();
    boolean constructs = target.getTag() == H_NEWINVOKESPECIAL;
    List<Type> wanted = new ArrayList<>();
    if (target.getTag() != H_INVOKESTATIC && !constructs) {
      wanted.add(Type.getObjectType(target.getOwner()));
    }
    wanted.addAll(List.of(Type.getArgumentTypes(target.getDesc())));
    if (constructs) {
      code.visitTypeInsn(NEW, target.getOwner());
      code.visitInsn(DUP);
    }
    int argument = 0;
    for (int i = 0; i < captured.length; i++) {
      code.visitVarInsn(ALOAD, 0);
      code.visitFieldInsn(GETFIELD, name, "v" + i, captured[i].getDescriptor());
      convert(code, captured[i], wanted.get(argument++));
    }
    int variable = 1;
    for (int i = 0; i < erased.getArgumentTypes().length; i++) {
      Type given = erased.getArgumentTypes()[i];
      Type known = lambda.here().getArgumentTypes()[i];
      code.visitVarInsn(given.getOpcode(ILOAD), variable);
      variable += given.getSize();
      convert(code, given, known);
      convert(code, known, wanted.get(argument++));
    }
    code.visitMethodInsn(
        opcode(target),
        target.getOwner(),
        target.getName(),
        target.getDesc(),
        target.isInterface());
    Type result =
        constructs ? Type.getObjectType(target.getOwner()) : Type.getReturnType(target.getDesc());
    Type returned = erased.getReturnType();
    if (returned.getSort() == Type.VOID) {
      if (result.getSize() > 0) {
        code.visitInsn(result.getSize() == 2 ? POP2 : POP);
      }
    } else {
      convert(code, result, returned);
    }
    code.visitInsn(returned.getOpcode(IRETURN));
  }

  private static int opcode(Handle target) {
    switch (target.getTag()) {
      case H_INVOKESTATIC:
        return INVOKESTATIC;
      case H_NEWINVOKESPECIAL:
        return INVOKESPECIAL;
      case H_INVOKEINTERFACE:
        return INVOKEINTERFACE;
      case H_INVOKEVIRTUAL:
      case H_INVOKESPECIAL: // of a private method, which nest mates call as any other
        return target.isInterface() ? INVOKEINTERFACE : INVOKEVIRTUAL;
      default:
        throw new IllegalStateException("no compiler makes a lambda of " + target);
    }
  }

  private static void constructor(ClassWriter writer, String name, Type[] captured) {
    MethodVisitor code =
        writer.visitMethod(ACC_PRIVATE, "<init>", constructor(captured), null, null);
    code.visitCode();
    code.visitVarInsn(ALOAD, 0);
    code.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    int variable = 1;
    for (int i = 0; i < captured.length; i++) {
      code.visitVarInsn(ALOAD, 0);
      code.visitVarInsn(captured[i].getOpcode(ILOAD), variable);
      code.visitFieldInsn(PUTFIELD, name, "v" + i, captured[i].getDescriptor());
      variable += captured[i].getSize();
    }
    code.visitVarInsn(ALOAD, 0);
    code.visitVarInsn(ILOAD, variable);
    code.visitFieldInsn(PUTFIELD, name, WHICH, "I");
    code.visitInsn(RETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static String constructor(Type[] captured) {
    Type[] taken = Arrays.copyOf(captured, captured.length + 1);
    taken[captured.length] = Type.INT_TYPE;
    return Type.getMethodDescriptor(Type.VOID_TYPE, taken);
  }

  private static void instances(ClassWriter writer, String name, Type type, int count) {
    MethodVisitor code = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    code.visitCode();
    for (int which = 0; which < count; which++) {
      writer.visitField(ACC_STATIC | ACC_FINAL, INSTANCE + which, type.getDescriptor(), null, null);
      code.visitTypeInsn(NEW, name);
      code.visitInsn(DUP);
      code.visitLdcInsn(which);
      code.visitMethodInsn(INVOKESPECIAL, name, "<init>", constructor(new Type[0]), false);
      code.visitFieldInsn(PUTSTATIC, name, INSTANCE + which, type.getDescriptor());
    }
    code.visitInsn(RETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static void make(ClassWriter writer, String name, String makes, Type[] captured) {
    MethodVisitor code = writer.visitMethod(ACC_STATIC, MAKE, makes, null, null);
    code.visitCode();
    code.visitTypeInsn(NEW, name);
    code.visitInsn(DUP);
    int variable = 0;
    for (Type one : captured) {
      code.visitVarInsn(one.getOpcode(ILOAD), variable);
      variable += one.getSize();
    }
    code.visitVarInsn(ILOAD, variable);
    code.visitMethodInsn(INVOKESPECIAL, name, "<init>", constructor(captured), false);
    code.visitInsn(ARETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  /** What {@code ObjectMethods} makes, as a static method that takes the record first. */
  private static void ofRecord(
      ClassWriter writer, String name, String function, String factory, Object... constants) {
    MethodVisitor code =
        writer.visitMethod(
            ACC_PRIVATE | ACC_STATIC | ACC_SYNTHETIC, OF_RECORD + function, factory, null, null);
    code.visitCode();
    boolean equals = function.equals("equals");
    Label different = new Label();
    if (equals) {
      code.visitVarInsn(ALOAD, 1);
      code.visitTypeInsn(INSTANCEOF, name);
      code.visitJumpInsn(IFEQ, different);
    } else {
      code.visitInsn(ICONST_0);
    }
    for (int i = 2; i < constants.length; i++) { // behind the class and the names
      Handle field = (Handle) constants[i];
      Type type = Type.getType(field.getDesc());
      boolean object = type.getSort() >= Type.ARRAY;
      String owner = object ? "java/util/Objects" : box(type).getInternalName();
      String taken = object ? "Ljava/lang/Object;" : type.getDescriptor();
      if (!equals) {
        code.visitIntInsn(BIPUSH, 31);
        code.visitInsn(IMUL);
      }
      code.visitVarInsn(ALOAD, 0);
      code.visitFieldInsn(GETFIELD, name, field.getName(), field.getDesc());
      if (equals) {
        code.visitVarInsn(ALOAD, 1);
        code.visitTypeInsn(CHECKCAST, name);
        code.visitFieldInsn(GETFIELD, name, field.getName(), field.getDesc());
        // Zero if equal, but for Objects.equals.
        String compared = "(" + taken + taken + (object ? ")Z" : ")I");
        code.visitMethodInsn(INVOKESTATIC, owner, object ? "equals" : "compare", compared, false);
        code.visitJumpInsn(object ? IFEQ : IFNE, different);
      } else {
        code.visitMethodInsn(INVOKESTATIC, owner, "hashCode", "(" + taken + ")I", false);
        code.visitInsn(IADD);
      }
    }
    if (equals) {
      code.visitInsn(ICONST_1);
      code.visitInsn(IRETURN);
      code.visitLabel(different);
      code.visitFrame(F_SAME, 0, null, 0, null);
      code.visitInsn(ICONST_0);
    }
    code.visitInsn(IRETURN);
    code.visitMaxs(5, 2);
    code.visitEnd();
  }

  /** As the rules for lambdas say: cast, box, unbox, widen. */
  private static void convert(MethodVisitor code, Type from, Type to) {
    if (from.equals(to)) {
      return;
    }
    boolean object = from.getSort() >= Type.ARRAY;
    if (to.getSort() >= Type.ARRAY) {
      if (!object) {
        Type box = box(from);
        code.visitMethodInsn(
            INVOKESTATIC,
            box.getInternalName(),
            "valueOf",
            Type.getMethodDescriptor(box, from),
            false);
      } else if (!to.getInternalName().equals("java/lang/Object")) {
        code.visitTypeInsn(CHECKCAST, to.getInternalName());
      }
      return;
    }
    Type primitive = from;
    if (object) {
      primitive = unboxed(from, to);
      Type box = box(primitive);
      if (!from.equals(box)) {
        code.visitTypeInsn(CHECKCAST, box.getInternalName());
      }
      code.visitMethodInsn(
          INVOKEVIRTUAL,
          box.getInternalName(),
          primitive.getClassName() + "Value",
          Type.getMethodDescriptor(primitive),
          false);
    }
    widen(code, primitive, to);
  }

  private static void widen(MethodVisitor code, Type from, Type to) {
    int source = from.getSort();
    boolean isInt = source >= Type.BOOLEAN && source <= Type.INT;
    switch (to.getSort()) {
      case Type.LONG:
        if (isInt) {
          code.visitInsn(I2L);
        }
        break;
      case Type.FLOAT:
        if (isInt || source == Type.LONG) {
          code.visitInsn(isInt ? I2F : L2F);
        }
        break;
      case Type.DOUBLE:
        if (source != Type.DOUBLE) {
          code.visitInsn(isInt ? I2D : source == Type.LONG ? L2D : F2D);
        }
        break;
      default: // The smaller ones are integers already.
    }
  }

  private static final Type[] PRIMITIVES = {
    Type.BOOLEAN_TYPE,
    Type.CHAR_TYPE,
    Type.BYTE_TYPE,
    Type.SHORT_TYPE,
    Type.INT_TYPE,
    Type.LONG_TYPE,
    Type.FLOAT_TYPE,
    Type.DOUBLE_TYPE
  };

  private static Type unboxed(Type object, Type wanted) {
    for (Type primitive : PRIMITIVES) {
      if (box(primitive).equals(object)) {
        return primitive;
      }
    }
    return wanted;
  }

  private static Type box(Type primitive) {
    String name = primitive.getClassName();
    switch (primitive.getSort()) {
      case Type.INT:
        return Type.getObjectType("java/lang/Integer");
      case Type.CHAR:
        return Type.getObjectType("java/lang/Character");
      default:
        return Type.getObjectType(
            "java/lang/" + Character.toUpperCase(name.charAt(0)) + name.substring(1));
    }
  }
}
