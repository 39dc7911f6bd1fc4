package io.bastion.examples.twins;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the devices, in the order of their names.
 *
 * @param devices their names
 * @param next after which name the next page begins; null when this is the last
 */
public record DevicePage(List<DeviceId> devices, @Nullable DeviceId next) {
    /** The page of so many devices, of a list that has one more if there is another page. */
    static DevicePage of(List<DeviceId> found, int limit) {
        return found.size() <= limit
                ? new DevicePage(found, null)
                : new DevicePage(List.copyOf(found.subList(0, limit)), found.get(limit - 1));
    }
}
