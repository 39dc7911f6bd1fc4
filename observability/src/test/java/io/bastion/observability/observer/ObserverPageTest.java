package io.bastion.observability.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Budget;
import io.bastion.testkit.Await;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The page in a browser. Pictures for the docs: {@code -Dobserver.pictures=docs/images}. */
@Timeout(600) // with the installation of the browser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObserverPageTest {
    private static final String HOSTILE = "</script><img src=x onerror=\"document.title='broken'\">";

    private @Nullable Chromium chromium;
    private @Nullable ActorSystem system;
    private @Nullable Observer observer;
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<String> exchanges = new CopyOnWriteArrayList<>();

    @BeforeAll
    void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    void end() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            chromium.browser.contexts().forEach(BrowserContext::close); // a page goes on trying to connect
        }
        if (system != null) {
            system.close();
        }
    }

    private Page open(ActorSystem shown, boolean actions, int width, ColorScheme colors) {
        system = shown;
        errors.clear();
        exchanges.clear();
        observer = Objects.requireNonNull(Observer.start(
                        shown,
                        ObserverSettings.builder().port(0).actions(actions).build())
                .block(Await.BOUND));
        return open(width, colors);
    }

    private Page open(int width, ColorScheme colors) {
        BrowserContext context = Objects.requireNonNull(chromium)
                .browser
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, width < 500 ? 780 : 820)
                        .setColorScheme(colors));
        Page page = context.newPage();
        page.setDefaultTimeout(30_000); // far longer than it takes, also on a busy machine
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                errors.add(message.text());
            }
        });
        page.onPageError(errors::add);
        page.onRequest(
                request -> exchanges.add("asked " + URI.create(request.url()).getPath()));
        page.onResponse(response ->
                exchanges.add("answered " + URI.create(response.url()).getPath()));
        page.navigate(Objects.requireNonNull(observer).url());
        page.locator("#link[data-state=live]").waitFor();
        page.locator(".line").nth(1).waitFor();
        return page;
    }

    private ActorSystem bank() {
        ActorSystem bank =
                ActorSystem.builder("bank").budget(Budget.unlimited()).build();
        bank.spawn(fragile("ledger"));
        bank.spawn(ActorSpec.<Object>of("branch", context -> {
            context.spawn(fragile("teller"));
            return Behavior.receive((c, m) -> {});
        }));
        return bank;
    }

    private static ActorSpec<Object> fragile(String name) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, message) -> {
                    if (message instanceof RuntimeException failure) {
                        throw failure;
                    }
                }));
    }

    private static Locator line(Page page, String name) {
        return page.locator(".line", new Page.LocatorOptions().setHas(page.locator(".label[title='" + name + "']")));
    }

    @Test
    void restart_isSeenAsItHappens_andItsTextIsNoMarkup() {
        ActorSystem bank =
                ActorSystem.builder("bank").budget(Budget.unlimited()).build();
        ActorRef<Object> ledger = bank.spawn(fragile("ledger"));
        Page page = open(bank, false, 1280, ColorScheme.LIGHT);
        line(page, "ledger").waitFor();
        ledger.tell(new IllegalStateException(HOSTILE));
        page.locator(".feed li[data-type=restarted]").first().waitFor();
        assertThat(page.locator(".feed li[data-type=failed] p").first().textContent())
                .isEqualTo("IllegalStateException: " + HOSTILE);
        line(page, "ledger").click();
        page.locator(".side h2[title='bastion://bank/ledger']").waitFor();
        assertThat(page.locator(".trace pre").textContent()).contains(HOSTILE);
        assertThat(page.locator(".actions").count()).as("read-only").isZero();
        assertThat(page.title()).isEqualTo("bank · Bastion observer");
        assertThat(page.locator("main img").count()).isZero();
        assertThat(errors).isEmpty();
    }

    /** Else lines would be opened and closed again. */
    @Test
    void tree_isReadWhenThePageKnowsWhoseItIs() {
        Page page = open(bank(), false, 1280, ColorScheme.LIGHT);
        line(page, "ledger").waitFor();
        assertThat(exchanges.indexOf("asked /api/tree")).isGreaterThan(exchanges.indexOf("answered /api/info"));
        assertThat(errors).isEmpty();
    }

    @Test
    void keys_doAllThatAMouseDoes() {
        Page page = open(bank(), true, 1280, ColorScheme.DARK);
        awaitLines(page, "bank", "ledger", "branch"); // in the order of their start
        page.keyboard().press("/");
        page.keyboard().type("bran");
        page.waitForCondition(() -> page.locator(".line").count() == 1);
        page.keyboard().press("Escape");
        awaitLines(page, "bank", "ledger", "branch");
        page.locator("#tree").focus();
        page.keyboard().press("End");
        page.keyboard().press("ArrowRight");
        line(page, "teller").waitFor();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Enter");
        page.locator(".side h2[title$='/branch/teller']").waitFor();
        page.locator(".actions button").first().focus();
        page.keyboard().press("Enter");
        page.locator("#ask").waitFor();
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        page.waitForCondition(
                () -> line(page, "teller").locator("> *").nth(2).textContent().equals("1"));
        page.keyboard().press("Escape");
        page.locator(".side h2", new Page.LocatorOptions().setHasText("Activity"))
                .waitFor();
        page.keyboard().press("4");
        page.locator(".node").first().waitFor();
        assertThat(errors).isEmpty();
    }

    /** Else a click would be lost in whose midst the page hears news. */
    @Test
    void button_staysTheSameWhileWhatIsBesideItChanges() {
        ActorSystem bank =
                ActorSystem.builder("bank").budget(Budget.unlimited()).build();
        ActorRef<Object> ledger = bank.spawn(fragile("ledger"));
        Page page = open(bank, true, 1280, ColorScheme.LIGHT);
        line(page, "ledger").click();
        page.locator(".side h2[title='bastion://bank/ledger']").waitFor();
        List<ElementHandle> buttons = page.locator(".side button").elementHandles();
        assertThat(buttons).hasSizeGreaterThan(4);
        ledger.tell(new IllegalStateException("overdrawn"));
        page.locator(".side .own li[data-type=restarted]").waitFor();
        assertThat(buttons)
                .allMatch(button -> button.evaluate("node => node.isConnected").equals(true));
        assertThat(errors).isEmpty();
    }

    @Test
    void filter_thatIsTakenBackAsItWasTyped_leavesTheLineAloneThatIsGoneToNext() {
        Page page = open(bank(), false, 1280, ColorScheme.LIGHT);
        awaitLines(page, "bank", "ledger", "branch");
        page.evaluate("""
                () => {
                  const key = (id, key) => document.getElementById(id)
                      .dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
                  const filter = document.getElementById('filter');
                  filter.value = 'b';
                  filter.dispatchEvent(new Event('input'));
                  key('filter', 'Escape');
                  key('tree', 'End');
                  return new Promise(done => setTimeout(done, 300)); // a timer of what was typed is over before
                }""");
        page.locator(".line.active .label[title=branch]").waitFor();
        assertThat(errors).isEmpty();
    }

    @Test
    void tree_whoseLinesAreWithinEachOther_isOpenToWhereItBranchesUnlessClosedByHand() {
        ActorSystem shop = ActorSystem.create("shop");
        shop.supervise(SupervisorSpec.named("app").child(fragile("tea")).child(fragile("coffee")));
        Page page = open(shop, false, 1280, ColorScheme.LIGHT);
        line(page, "coffee").waitFor();
        page.locator("#tree").focus();
        page.keyboard().press("Home");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowLeft");
        page.waitForCondition(() -> page.locator(".line").count() == 2);
        shop.spawn(fragile("ledger"));
        line(page, "ledger").waitFor();
        assertThat(page.locator(".line").count()).isEqualTo(3);
        assertThat(errors).isEmpty();
    }

    @Test
    void tree_ofAHundredThousand_hasTheLinesInSightOnly() {
        Page page = open(devices(), false, 1280, ColorScheme.LIGHT);
        page.locator(".label em", new Page.LocatorOptions().setHasText("100K")).waitFor();
        page.locator("#tree").focus();
        page.keyboard().press("End");
        page.keyboard().press("ArrowRight");
        awaitCount(page, "100,002 lines");
        page.keyboard().press("End");
        line(page, "device-99999").waitFor();
        assertThat(page.locator(".line").count()).isLessThan(80);
        page.keyboard().press("/");
        page.keyboard().type("device-4711");
        awaitCount(page, "11 found");
        assertThat(errors).isEmpty();
    }

    private static void awaitLines(Page page, String... names) {
        List<String> expected = List.of(names);
        page.waitForCondition(() -> expected.equals(page.locator(".line")
                .evaluateAll("lines => lines"
                        + ".sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'))"
                        + ".map(line => line.querySelector('.label').title)")));
    }

    private static void awaitCount(Page page, String count) {
        try {
            page.waitForCondition(() -> page.locator("#count").textContent().equals(count));
        } catch (TimeoutError e) {
            throw new AssertionError(
                    "expected " + count + ", but was " + page.locator("#count").textContent(), e);
        }
    }

    private static ActorSystem devices() {
        ActorSystem many = ActorSystem.create("fleet");
        CountDownLatch spawned = new CountDownLatch(100_000);
        many.spawn(ActorSpec.<Object>of("devices", context -> {
            for (int i = 0; i < 100_000; i++) {
                context.spawn(ActorSpec.<Object>of("device-" + i, () -> Behavior.receive((c, m) -> {})));
                spawned.countDown();
            }
            return Behavior.receive((c, m) -> {});
        }));
        Await.open(spawned);
        return many;
    }

    @Test
    void narrowScreen_needsNoSidewaysScrolling_andEndIsShown() {
        Page page = open(bank(), false, 360, ColorScheme.LIGHT);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
        line(page, "ledger").click();
        page.locator(".side.open .close").click();
        assertThat(page.locator(".side").isVisible()).isFalse();
        Objects.requireNonNull(observer).stop().block(Await.BOUND);
        page.locator("#link[data-state=lost]").waitFor();
    }

    @Test
    @EnabledIfSystemProperty(named = "observer.pictures", matches = ".+")
    void pictures() {
        Path directory = Path.of(System.getProperty("observer.pictures"));
        try (DemoShop shop = new DemoShop()) {
            Page light = open(shop.system, true, 1360, ColorScheme.LIGHT);
            for (String name : List.of("payments", "fulfilment", "storefront")) {
                line(light, name).locator(".twist").click();
            }
            light.waitForTimeout(38_000);
            line(light, "card-gateway").click();
            light.waitForTimeout(1_500);
            take(light, directory.resolve("observer.png"));
            light.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            light.keyboard().press("Escape");
            light.waitForTimeout(700);
            take(light, directory.resolve("observer-dark.png"));
            String drafts = System.getProperty("observer.drafts", "");
            if (!drafts.isEmpty()) {
                for (int view = 2; view <= 6; view++) {
                    light.keyboard().press(Integer.toString(view));
                    light.waitForTimeout(1_200);
                    take(light, Path.of(drafts, "view-" + view + ".png"));
                }
                Page narrow = open(360, ColorScheme.LIGHT);
                narrow.waitForTimeout(1_500);
                take(narrow, Path.of(drafts, "narrow.png"));
                line(narrow, "payments").click();
                narrow.waitForTimeout(1_200);
                take(narrow, Path.of(drafts, "narrow-detail.png"));
            }
        }
    }

    private static void take(Page page, Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }
}
