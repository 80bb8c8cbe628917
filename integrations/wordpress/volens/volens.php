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

/** One part of the snippet, which is HTML already; none if it cannot be had. */
function volens_part(string $part): string
{
    $lang = volens_lang();
    if (defined('VOLENS_SNIPPETS')) {
        $file = VOLENS_SNIPPETS . "/$lang/$part.html";
        return is_readable($file) ? (string) file_get_contents($file) : '';
    }
    if (!defined('VOLENS_URL')) {
        return '';
    }
    $key = "volens_{$lang}_$part";
    $kept = get_transient($key);
    if (is_string($kept)) {
        return $kept;
    }
    $url = VOLENS_URL . '/consent/v1/snippet?lang=' . rawurlencode($lang) . "&part=$part";
    $answer = wp_remote_get($url, ['timeout' => 2, 'redirection' => 0]);
    if (is_wp_error($answer) || wp_remote_retrieve_response_code($answer) !== 200) {
        // Without a gate nothing that waits is released; an older copy asks at least.
        return (string) get_option($key, '');
    }
    $html = wp_remote_retrieve_body($answer);
    set_transient($key, $html, 300);
    update_option($key, $html, false);
    return $html;
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
