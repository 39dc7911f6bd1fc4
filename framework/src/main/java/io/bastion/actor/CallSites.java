package io.bastion.actor;

/**
 * Where asks are made, for the messages of their time-outs.
 *
 * <p>Walking the stack costs about a microsecond, so it is done once for each class of request factories: a lambda
 * expression has a class of its own, which therefore stands for its place in the source. A factory object that several
 * places share shows the first of them.
 */
final class CallSites {
    private static final StackWalker WALKER = StackWalker.getInstance();

    private static final ClassValue<String> SITES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> factory) {
            return WALKER.walk(frames -> frames.filter(f -> !isInternal(f.getClassName()))
                    .findFirst()
                    .map(f -> f.toStackTraceElement().toString())
                    .orElse("an unknown place"));
        }
    };

    private CallSites() {}

    /** The place of the caller of the framework that passes this factory. */
    static String of(Class<?> factory) {
        return SITES.get(factory);
    }

    private static boolean isInternal(String className) {
        return className.startsWith("io.bastion.actor.")
                        && (className.equals(CallSites.class.getName())
                                || className.startsWith(CallSites.class.getName() + "$")
                                || className.equals(ActorCell.class.getName())
                                || className.equals(AdapterRef.class.getName())
                                || className.equals(AskMono.class.getName())
                                || className.equals(ReferencePort.class.getName())
                                || className.startsWith(GroupDistributor.class.getName()))
                || className.equals("io.bastion.cluster.remote.RemoteRef")
                || className.startsWith("java.lang.ClassValue")
                || className.startsWith("java.util.stream.")
                || className.startsWith("java.lang.StackStreamFactory")
                || className.startsWith("java.lang.StackWalker");
    }
}
