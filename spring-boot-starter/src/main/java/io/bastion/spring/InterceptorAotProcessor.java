package io.bastion.spring;

import io.bastion.actor.Interceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.TypeReference;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/** Lets a native image know the methods of interceptors that are beans: the framework looks which of them are overridden. */
final class InterceptorAotProcessor implements BeanRegistrationAotProcessor {
    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Class<?> type = bean.getBeanClass();
        return !Interceptor.class.isAssignableFrom(type)
                ? null
                : (context, code) ->
                        BastionRuntimeHints.registerInterceptor(context.getRuntimeHints(), TypeReference.of(type));
    }
}
