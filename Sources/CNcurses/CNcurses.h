// SPDX-License-Identifier: Apache-2.0
// The wide-character ncurses as Swift can import it: functions in place of macros and of mutable globals. No logic.

#ifndef ELBO_CNCURSES_H
#define ELBO_CNCURSES_H

// Compiler flags of a package do not reach the importer of a system library, so the wide API is chosen here.
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <term.h>

// Globals: Swift 6 rejects shared mutable state, and all of these change behind its back.
static inline WINDOW *elbo_stdscr(void) { return stdscr; }
static inline WINDOW *elbo_curscr(void) { return curscr; }
static inline int elbo_colors(void) { return COLORS; }
static inline int elbo_color_pairs(void) { return COLOR_PAIRS; }

// Video attributes: computed macros are not imported.
static inline attr_t elbo_attribute_bold(void) { return A_BOLD; }
static inline attr_t elbo_attribute_dim(void) { return A_DIM; }
static inline attr_t elbo_attribute_italic(void) { return A_ITALIC; }
static inline attr_t elbo_attribute_underline(void) { return A_UNDERLINE; }
static inline attr_t elbo_attribute_reverse(void) { return A_REVERSE; }

/// Fills one cell: `scalars` ends with 0; `pair` may be above 255, which only the last argument of setcchar can say.
static inline int elbo_set_cell(cchar_t *cell, const wchar_t *scalars, attr_t attributes, int pair) {
    return setcchar(cell, scalars, attributes, 0, &pair);
}

/// The cell on the screen ncurses wants at (row, column), taken apart: up to 5 scalars, attributes and pair.
static inline int elbo_read_cell(
    WINDOW *window, int row, int column, wchar_t scalars[CCHARW_MAX + 1], attr_t *attributes, int *pair) {
    cchar_t cell;
    short unused = 0;
    if (mvwin_wch(window, row, column, &cell) == ERR) return ERR;
    return getcchar(&cell, scalars, attributes, &unused, pair);
}

// The capability names of terminfo in the order of a compiled entry; each list ends with NULL.
static inline const char *elbo_boolean_name(int index) { return boolnames[index]; }
static inline const char *elbo_number_name(int index) { return numnames[index]; }
static inline const char *elbo_string_name(int index) { return strnames[index]; }

// tigetstr takes char * for historical reasons and answers (char *)-1 for "no string capability".
static inline const char *elbo_terminfo_string(const char *name) {
    const char *value = tigetstr((char *)name);
    return value == (const char *)-1 ? 0 : value;
}
static inline int elbo_terminfo_number(const char *name) { return tigetnum((char *)name); }
static inline int elbo_terminfo_flag(const char *name) { return tigetflag((char *)name); }

/// Reads the entry of `name` without a screen; returns 1 when found, 0 when unknown, -1 without a database.
static inline int elbo_setup_terminfo(const char *name, int descriptor) {
    int result = -1;
    setupterm((char *)name, descriptor, &result);
    return result;
}

/// Frees the entry that elbo_setup_terminfo read.
static inline void elbo_release_terminfo(void) {
    if (cur_term) del_curterm(cur_term);
}

#endif
