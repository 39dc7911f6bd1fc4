package io.bastion.actor;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the types of actors are called. */
final class TypeNames {
    private static final Pattern NUMBERS = Pattern.compile("\\$\\d+");

    /** Asked for with every message that is observed. */
    private static final ClassValue<String> OF_CLASSES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return derived(type);
        }
    };

    private TypeNames() {}

    /** Of an actor: what its specification says, or else its group, or else its class; null if it has no behavior yet. */
    static @Nullable String of(ActorCell<?> cell) {
        String given = cell.template.type();
        if (given != null) {
            return given;
        }
        ActorCell<?> parent = cell.parent;
        if (parent == null) {
            return "system";
        }
        switch (cell.template.supervision().kind()) {
            case SUPERVISOR:
                return "supervisor";
            case GROUP:
                return cell.segment();
            default:
        }
        if (parent.template.supervision().kind() == TreeNode.Kind.GROUP) {
            return parent.segment();
        }
        Behavior<?> behavior = cell.handler;
        while (behavior instanceof Behaviors.Wrapper wrapper) {
            behavior = wrapper.wrapped();
        }
        return behavior instanceof DeadHandler ? null : of(behavior.getClass());
    }

    /** Of a class: its name without its package; of a lambda or an anonymous one that of the class that it is in. */
    static String of(Class<?> type) {
        return OF_CLASSES.get(type);
    }

    private static String derived(Class<?> type) {
        String name = type.getName();
        name = name.substring(name.lastIndexOf('.', lambda(name)) + 1, lambda(name));
        return NUMBERS.matcher(name).replaceAll("").replace('$', '.');
    }

    private static int lambda(String name) {
        int at = name.indexOf("$$Lambda");
        return at < 0 ? name.length() : at;
    }
}
