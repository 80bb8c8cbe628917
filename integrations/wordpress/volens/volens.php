<?php
/**
 * Plugin Name: Volens
 * Description: The Volens consent banner, and scripts that wait for a yes.
 * Version: 0.1.0
 * Requires PHP: 8.0
 * License: MIT OR Apache-2.0
 *
 * Settings are constants in wp-config.php:
 *   VOLENS_SNIPPETS  a folder with what `volens render --out FOLDER/LANG` wrote, one folder per language; or
 *   VOLENS_URL       the service as this server reaches it, such as http://127.0.0.1:7070; what it says is kept 5 minutes
 *   VOLENS_PATH      the path of `endpoint` in site.toml, if it has one (default: /consent/v1)
 *   VOLENS_HOST      the host under which the service knows the site (default: that of the site's address)
 *   VOLENS_GATE      script handle => [category, service], such as ['google-analytics' => ['analytics', 'insight']]
 *   VOLENS_LANG      the language, if not that of the page
 */

declare(strict_types=1);

if (!defined('ABSPATH')) {
    exit;
}

/** The page's language as the service names it: `en` of `en-GB`. */
function volens_lang(): string
{
    $lang = defined('VOLENS_LANG') ? VOLENS_LANG : strtok(get_bloginfo('language'), '-');
    return preg_match('/^[a-zA-Z-]{2,11}$/D', (string) $lang) ? (string) $lang : 'en';
}

/** One part of the snippet, which is HTML already; none if it cannot be had. All parts of a page are of one answer. */
function volens_part(string $part): string
{
    static $parts = [];
    $lang = volens_lang();
    $parts[$lang] ??= defined('VOLENS_SNIPPETS')
        ? volens_read(VOLENS_SNIPPETS . "/$lang/snippet.json")
        : (defined('VOLENS_URL') ? volens_ask($lang) : []);
    return $parts[$lang][$part] ?? '';
}

/** What `volens render --out` wrote. */
function volens_read(string $file): array
{
    $parts = is_readable($file) ? volens_parts((string) file_get_contents($file)) : null;
    return $parts ?? volens_failed($file, 'not what `volens render --out` writes');
}

/** What the service says, or said when it last did. */
function volens_ask(string $lang): array
{
    $key = "volens_$lang";
    $kept = get_transient($key);
    if (is_array($kept)) {
        return $kept;
    }
    $path = defined('VOLENS_PATH') ? VOLENS_PATH : '/consent/v1';
    $url = VOLENS_URL . "$path/snippet?format=json&lang=" . rawurlencode($lang);
    $answer = wp_remote_get($url, ['timeout' => 2, 'redirection' => 0, 'headers' => ['Host' => volens_host()]]);
    $said = is_wp_error($answer) ? $answer->get_error_message() : wp_remote_retrieve_response_code($answer);
    $parts = $said === 200 ? volens_parts(wp_remote_retrieve_body($answer)) : null;
    if ($parts === null) {
        // Without a gate nothing that waits is released; an older copy asks at least. The next pages do not wait again.
        $parts = (array) get_option($key, []) ?: volens_failed($url, 'no older copy is kept');
        volens_failed($url, $said === 200 ? 'found no snippet in the answer' : "found $said, expected 200");
        set_transient($key, $parts, 30);
        return $parts;
    }
    set_transient($key, $parts, 300);
    update_option($key, $parts, false);
    return $parts;
}

/** The parts in JSON, if all are there. */
function volens_parts(string $json): ?array
{
    $said = json_decode($json, true);
    $parts = [];
    foreach (['head', 'banner', 'foot'] as $part) {
        if (!is_array($said) || !is_string($said[$part] ?? null)) {
            return null;
        }
        $parts[$part] = $said[$part];
    }
    return $parts;
}

/** The host that visitors ask for: one service may have several sites. */
function volens_host(): string
{
    if (defined('VOLENS_HOST')) {
        return VOLENS_HOST;
    }
    $home = parse_url(home_url());
    return ($home['host'] ?? '') . (isset($home['port']) ? ":{$home['port']}" : '');
}

/** Said to whoever runs the site: a page without a banner looks like any other. */
function volens_failed(string $where, string $why): array
{
    error_log("volens: $where: $why");
    return [];
}

/** Scripts of a handle in VOLENS_GATE stay dead until the visitor allows their category. */
function volens_gate(string $tag, string $handle, string $src): string
{
    $gated = defined('VOLENS_GATE') ? VOLENS_GATE : [];
    if (!isset($gated[$handle])) {
        return $tag;
    }
    [$category, $service] = $gated[$handle];
    // Inline parts before and after belong to the script and would run without it: the script alone is left.
    return sprintf(
        "<script type=\"text/plain\" data-category=\"%s\" data-service=\"%s\" data-src=\"%s\"></script>\n",
        esc_attr($category),
        esc_attr($service),
        esc_url($src)
    );
}

$volens_foot = static function (): void {
    echo volens_part('foot');
};
$volens_banner = static function (): void {
    static $shown = false;
    if (!$shown) {
        echo volens_part('banner');
    }
    $shown = true;
};

// Before anything else in the head, and first in the body; a theme without wp_body_open gets the banner at its foot.
add_action('wp_head', static function (): void {
    echo volens_part('head');
}, -1000);
add_action('wp_body_open', $volens_banner, -1000);
add_action('wp_footer', $volens_banner, 5);
add_action('wp_footer', $volens_foot, 1000);
add_filter('script_loader_tag', 'volens_gate', 1000, 3);
