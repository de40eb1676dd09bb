package dev.marmita.platform.access;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemAdvice;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemWriter;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Tokens at the door, permissions at every handler, management endpoints for the platform's own. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration implements WebMvcConfigurer {

    private final Denials denials;

    SecurityConfiguration(Denials denials) {
        this.denials = denials;
    }

    @Bean
    SecurityFilterChain chain(
            HttpSecurity http, Callers callers, ProblemAdvice advice, ProblemWriter problems) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(Customizer.withDefaults())
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(
                        headers ->
                                headers.contentSecurityPolicy(
                                                csp ->
                                                        csp.policyDirectives(
                                                                "default-src 'none'; script-src 'self';"
                                                                        + " style-src 'self'; connect-src"
                                                                        + " 'self'; form-action 'none';"
                                                                        + " frame-ancestors 'none'; base-uri"
                                                                        + " 'none'"))
                                        .referrerPolicy(Customizer.withDefaults()))
                .addFilterBefore(
                        new BearerTokenFilter(callers, advice, problems, denials),
                        AuthorizationFilter.class)
                .authorizeHttpRequests(
                        requests ->
                                requests.requestMatchers("/actuator/**")
                                        .hasAuthority(CallerAuthentication.PLATFORM_ADMIN)
                                        // every handler is held to its own permission by the
                                        // interceptor
                                        .anyRequest()
                                        .permitAll())
                .exceptionHandling(
                        handling ->
                                handling.authenticationEntryPoint(
                                                (request, response, denied) ->
                                                        problems.write(
                                                                request,
                                                                response,
                                                                BearerTokenFilter.unauthenticated(
                                                                        "Send a token")))
                                        .accessDeniedHandler(
                                                (request, response, denied) ->
                                                        problems.write(
                                                                request,
                                                                response,
                                                                ProblemException.of(
                                                                        ErrorCode.FORBIDDEN,
                                                                        "This token does not allow it"))))
                .build();
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new AccessInterceptor(denials));
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgument());
    }

    /** Hands the caller to handlers that ask for it by type. */
    private static final class CallerArgument implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Caller.class;
        }

        @Override
        public Object resolveArgument(
                MethodParameter parameter,
                @org.jspecify.annotations.Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @org.jspecify.annotations.Nullable WebDataBinderFactory binders) {
            return AccessInterceptor.caller()
                    .orElseThrow(() -> new IllegalStateException("a public handler has no caller"));
        }
    }
}
