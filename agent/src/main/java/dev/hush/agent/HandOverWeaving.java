package dev.hush.agent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Weaves classes that are known by what they do and not by their name: the application's and all
 * libraries'.
 *
 * <ul>
 *   <li>A <em>door</em> is a method {@code execute(Runnable)}, or one of a few other names, that
 *       takes a task. The task is bound to its giver, and the rest of the method sees nothing. So
 *       is a listener, {@code addListener(Runnable, ...)}, whose method sees what it did.
 *   <li>Where a {@link Runnable} is run, it enters what it was bound to at a door.
 *   <li>A <em>loop</em> is a method that takes work out of a queue in a field, to run it or to
 *       handle it. It sees nothing of whoever happened to start it. What is a loop is guessed from
 *       its instructions, and in doubt a method is one: see {@link Facts}.
 * </ul>
 *
 * <p>Reads each class twice, first for what its methods do.
 */
final class HandOverWeaving {

  private static final int FIRST_VERSION_WITH_FRAMES = 50;
  private static final String EXECUTE = "(Ljava/lang/Runnable;)V";
  private static final String EXECUTOR = "java/util/concurrent/Executor";
  private static final String RUNNABLE = "Ljava/lang/Runnable;";

  /** In place of an instruction: {@code this} is loaded. */
  private static final int OWN = -1;

  /** In place of a variable. */
  private static final int NONE = -1;

  /** The end of its name: a test looks for the whole in classes that have lambdas. */
  private static final String METAFACTORY = "/LambdaMetafactory";

  private static final Code LEAVE = Code.bridge("leave", "(Ljava/lang/Object;)V");
  private static final Code TURNED_AWAY = Code.bridge("turnedAway", "(Ljava/lang/Object;)V");
  private static final Code SUSPEND = Code.bridge("suspend", "()Ljava/lang/Object;");

  private HandOverWeaving() {}

  /** The class as it is to be loaded; null, if nothing is to be changed. */
  static byte @Nullable [] weave(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    Survey survey = new Survey(WorkMethods.of(classFile));
    reader.accept(survey, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    Map<String, Facts> changed = survey.changed();
    if (changed.isEmpty()) {
      return null;
    }
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            Facts facts = changed.get(name + descriptor);
            return next == null || facts == null
                ? next
                : woven(facts, survey.version >= FIRST_VERSION_WITH_FRAMES, next);
          }
        },
        ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  private static MethodVisitor woven(Facts facts, boolean frames, MethodVisitor next) {
    Code enter = facts.enter();
    return new Calls(
        enter == null
            ? next
            : new AroundBody(next, facts.variables, frames, enter, LEAVE, facts.failure(), null));
  }

  /** What one method does. */
  private static final class Facts {
    final int access;
    final String name;
    final String descriptor;

    /** How many places its variables take. */
    int variables;

    /** How many tasks it runs. */
    int runs;

    /** Calls of {@code execute} and method references to {@code run}. */
    boolean hasOtherCalls;

    /** Whether it goes back to an instruction before. */
    boolean loops;

    /** Whether it takes something out of a queue. */
    boolean takes;

    /**
     * Whether it takes what an atomic reference holds: all of a stack, if it then goes through it.
     */
    boolean takesAll;

    /** Whether it reads a field with a queue. */
    boolean readsQueue;

    /** Whether it reads a field with a list. */
    boolean readsList;

    /** Whether it makes a queue, which nobody else has put anything in. */
    boolean makesQueue;

    /** Whether it runs what it has just read from a field of something. */
    boolean runsField;

    /** Whether it reads an array in a field at an index that it has cut to size. */
    boolean readsRing;

    private boolean readsArrayField;
    private boolean cuts;

    /** Whether it is what a lambda runs as a task, or a class's {@code run}. */
    boolean isTask;

    /** Whether it is the {@code execute} of a lambda. */
    boolean isHiddenDoor;

    /** Whether it is woven as a function: what it does is its own. */
    boolean isFunction;

    Facts(int access, String name, String descriptor) {
      this.access = access;
      this.name = name;
      this.descriptor = descriptor;
    }

    /** In which variable a task is given here; 0: in none. */
    private int givenTask() {
      if ((access & (Opcodes.ACC_STATIC | Opcodes.ACC_BRIDGE)) != 0
          || !(Work.isDoor(name) || Work.isRegistration(name))
          || !descriptor.contains(RUNNABLE)) {
        return 0;
      }
      if (Work.isRegistration(name) && !descriptor.contains("L" + EXECUTOR + ";")) {
        return 0; // An observer, which is told again and again.
      }
      int variable = 1;
      for (Type argument : Type.getArgumentTypes(descriptor)) {
        if (argument.getDescriptor().equals(RUNNABLE)) {
          return variable;
        }
        if (!Work.mayFollow(name)) {
          return 0; // What it is about comes first, and this is called when it is done.
        }
        variable += argument.getSize();
      }
      return 0;
    }

    /** What is done if the method throws. */
    Code failure() {
      return givenTask() != 0 && Work.isDoor(name) ? TURNED_AWAY : LEAVE;
    }

    /** Takes tasks from where several may have put them, and runs them. */
    private boolean isLoopOfTasks() {
      return takes() && readsQueue && runs > 0;
    }

    private boolean takes() {
      return takes || (takesAll && loops);
    }

    /** Takes work from where several may have put it, if it was itself handed over. */
    private boolean isLoop() {
      if ((loops && (runsField || (readsList && runs > 0)))
          || (takes() && runs > 0 && !makesQueue)) {
        return true;
      }
      if (isTask) {
        return (takes() && (readsQueue || (loops && !makesQueue))) || (readsRing && loops);
      }
      return (loops || descriptor.startsWith("()")) && takes() && readsQueue && hasPlainSignature();
    }

    /** As loops have: what gives an object out, such as a pool of connections, has another. */
    private boolean hasPlainSignature() {
      for (Type argument : Type.getArgumentTypes(descriptor)) {
        if (argument.getSort() >= Type.ARRAY) {
          return false;
        }
      }
      return Type.getReturnType(descriptor).getSort() < Type.ARRAY;
    }

    @Nullable Code enter() {
      if (name.startsWith("<") || isFunction) {
        return null;
      }
      int task = givenTask();
      if (task != 0) {
        return Code.bridge(
            Work.isDoor(name) ? "give" : "register",
            "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;",
            task,
            0);
      }
      if (isHiddenDoor) {
        return SUSPEND;
      }
      boolean ofTasks = isLoopOfTasks();
      if (ofTasks || isLoop()) {
        return code -> {
          code.visitInsn(ofTasks ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
          Code.bridge(code, "suspendLoop", "(Z)Ljava/lang/Object;");
        };
      }
      return null;
    }

    boolean isToChange() {
      return (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0
          && (runs > 0 || hasOtherCalls || enter() != null);
    }
  }

  /** Reads what the methods of a class do. */
  private static final class Survey extends ClassVisitor {
    private final Map<String, Facts> methods = new HashMap<>();
    private final Set<String> tasks = new HashSet<>();
    private final Set<String> hiddenDoors = new HashSet<>();
    private final boolean[] worth;
    private int read;
    private String self = "";
    private int version;

    /**
     * @param worth which methods are worth reading, in their order
     */
    Survey(boolean[] worth) {
      super(Opcodes.ASM9);
      this.worth = worth;
    }

    Map<String, Facts> changed() {
      Map<String, Facts> changed = new HashMap<>();
      methods.forEach(
          (method, facts) -> {
            facts.isTask |= tasks.contains(method) || method.equals("run()V");
            facts.isHiddenDoor = hiddenDoors.contains(method);
            if (facts.isToChange()) {
              changed.put(method, facts);
            }
          });
      return changed;
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      this.version = version & 0xffff;
      self = name;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      if (!worth[read++]) {
        return null;
      }
      Facts facts = new Facts(access, name, descriptor);
      methods.put(name + descriptor, facts);
      return new MethodVisitor(Opcodes.ASM9) {
        private final Set<Label> seen = new HashSet<>();
        private final Set<Integer> fromField = new HashSet<>();
        private int last;
        private int loaded = NONE;
        private boolean ownField;

        @Override
        public void visitLabel(Label label) {
          seen.add(label);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
          facts.loops |= seen.contains(label);
          last = opcode;
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
          if (opcode == Opcodes.GETFIELD || opcode == Opcodes.GETSTATIC) {
            facts.readsQueue |= Work.isQueueDescriptor(descriptor);
            facts.readsList |= Work.isListDescriptor(descriptor);
            facts.readsArrayField |= descriptor.startsWith("[L");
          }
          loaded = NONE;
          // What wraps one task, such as to try it again, is no loop.
          ownField = last == OWN;
          last = opcode;
        }

        @Override
        public void visitInsn(int opcode) {
          facts.cuts |=
              opcode == Opcodes.IAND
                  || opcode == Opcodes.LAND
                  || opcode == Opcodes.IREM
                  || opcode == Opcodes.LREM;
          facts.readsRing |= opcode == Opcodes.AALOAD && facts.readsArrayField && facts.cuts;
          last = opcode;
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String name, String descriptor, boolean isInterface) {
          facts.isFunction |= owner.equals(BridgeDefinition.NAME) && name.equals("enter");
          if (isRunOf(opcode, owner, name, descriptor)) {
            facts.runs++;
            facts.runsField |=
                (last == Opcodes.GETFIELD && !ownField) || fromField.contains(loaded);
          } else if (isCallOfExecute(opcode, name, descriptor)) {
            facts.hasOtherCalls = true;
          } else if (Work.isAtomicTake(owner, name)) {
            facts.takesAll = true;
          } else if (Work.isTake(owner, name, descriptor)) {
            facts.takes = true;
          } else if (name.equals("<init>")) {
            facts.makesQueue |= Work.isQueue(owner);
          }
          last = opcode;
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
          // A cast of what a field holds is still what the field holds.
          last = opcode == Opcodes.CHECKCAST ? last : opcode;
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
          if (opcode == Opcodes.ASTORE && last == Opcodes.GETFIELD && !ownField) {
            fromField.add(variable);
          }
          loaded = opcode == Opcodes.ALOAD ? variable : NONE;
          last = variable == 0 && (access & Opcodes.ACC_STATIC) == 0 ? OWN : opcode;
        }

        @Override
        public void visitInvokeDynamicInsn(
            String name, String descriptor, Handle factory, Object... arguments) {
          Handle body = body(factory, arguments);
          if (body != null) {
            if (replacement(body) != null) {
              facts.hasOtherCalls = true;
            } else if (body.getOwner().equals(self)) {
              String method = body.getName() + body.getDesc();
              if (name.equals("run") || name.equals("call")) {
                tasks.add(method);
              } else if (name.equals("execute")
                  && body.getDesc().endsWith("Ljava/lang/Runnable;)V")) {
                hiddenDoors.add(method);
              }
            }
          }
          last = Opcodes.INVOKEDYNAMIC;
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
          facts.variables = maxLocals;
        }
      };
    }
  }

  /** Not of {@code super.run()}. */
  private static boolean isRunOf(int opcode, String owner, String name, String descriptor) {
    return opcode != Opcodes.INVOKESPECIAL
        && name.equals("run")
        && descriptor.equals("()V")
        && Work.isTask(owner);
  }

  private static boolean isCallOfExecute(int opcode, String name, String descriptor) {
    return opcode == Opcodes.INVOKEINTERFACE
        && name.equals("execute")
        && descriptor.equals(EXECUTE);
  }

  /** What the bridge has in place of a method reference; null: nothing. */
  private static @Nullable Handle replacement(Handle body) {
    int opcode =
        body.getTag() == Opcodes.H_INVOKESPECIAL ? Opcodes.INVOKESPECIAL : Opcodes.INVOKEINTERFACE;
    if (isRunOf(opcode, body.getOwner(), body.getName(), body.getDesc())) {
      return new Handle(Opcodes.H_INVOKESTATIC, BridgeDefinition.NAME, "run", EXECUTE, false);
    }
    return body.getName().equals("execute")
            && body.getDesc().equals(EXECUTE)
            && body.getOwner().equals(EXECUTOR)
        ? new Handle(
            Opcodes.H_INVOKESTATIC,
            BridgeDefinition.NAME,
            "execute",
            "(L" + EXECUTOR + ";Ljava/lang/Runnable;)V",
            false)
        : null;
  }

  /** What a lambda calls; null, if that is no method, or the lambda can be serialised. */
  private static @Nullable Handle body(Handle factory, Object[] arguments) {
    return factory.getOwner().endsWith(METAFACTORY)
            && factory.getName().equals("metafactory")
            && arguments.length > 1
            && arguments[1] instanceof Handle body
        ? body
        : null;
  }

  /** Puts the bridge in the place of calls, and of what method references call. */
  private static final class Calls extends MethodVisitor {

    Calls(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (isRunOf(opcode, owner, name, descriptor)) {
        // Not code around the call: what handles its exceptions could not stand where those of the
        // method itself are handled without knowing the types of all variables there.
        Code.bridge(mv, "run", EXECUTE);
        return;
      }
      if (isCallOfExecute(opcode, name, descriptor)) {
        super.visitInsn(Opcodes.DUP2);
        Code.bridge(mv, "giveHidden", "(Ljava/lang/Object;Ljava/lang/Object;)V");
      }
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle factory, Object... arguments) {
      Handle body = body(factory, arguments);
      Handle replacement = body == null ? null : replacement(body);
      if (replacement != null) {
        Object[] replaced = arguments.clone();
        replaced[1] = replacement;
        super.visitInvokeDynamicInsn(name, captured(descriptor, replacement), factory, replaced);
        return;
      }
      super.visitInvokeDynamicInsn(name, descriptor, factory, arguments);
    }

    /** What a method reference captures must be just what the replacement takes. */
    private static String captured(String descriptor, Handle replacement) {
      return descriptor.startsWith("()")
          ? descriptor
          : "("
              + Type.getArgumentTypes(replacement.getDesc())[0].getDescriptor()
              + descriptor.substring(descriptor.indexOf(')'));
    }
  }
}
