#!/bin/sh
# Puts {{ name|comment }} into the menu of whoever runs this, or takes it out again:
#
#     sh install.sh
#     sh install.sh --remove
#
# Nothing is asked for but a home, and the program stays where it lies. Run it again when the folder was moved.
set -eu

name={{ name|shell }}
program={{ program|shell }}
identifier={{ identifier|shell }}
documents={{ "yes"|bare if documents else "no"|bare }}

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

# Standard output of a command with its very last line breaks, which $(...) would drop: names may end so.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P && printf x)
here=${here%?x}
case $here in
*'
'* | *%*) fail "Menus cannot start what lies in $here: call that folder otherwise, without % and line breaks." ;;
esac
case ${XDG_DATA_HOME:-} in
/*) data=$XDG_DATA_HOME ;;
*) data=${HOME:?}/.local/share ;;
esac
entry=$data/applications/$identifier.desktop
types=$data/mime/packages/$identifier.xml
icons=$data/icons/hicolor

# What desktops keep as a digest of these folders; where there is no such program, they read the folders.
refresh() {
    if [ "$documents" = yes ] && command -v update-mime-database >/dev/null; then
        update-mime-database "$data/mime" || :
    fi
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$data/applications" || :
    fi
    if [ -d "$icons" ]; then
        touch "$icons"
        if [ -e "$icons/icon-theme.cache" ] && command -v gtk-update-icon-cache >/dev/null; then
            gtk-update-icon-cache -q -t -f "$icons" || :
        fi
    fi
}

# A text as the value of a key: backslashes are doubled. Exec is read twice, and has signs of its own.
as_value() { printf '%s' "$1" | sed 's/\\/\\\\/g'; }
as_word() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g')"; }

install() {
    [ -x "$here/$program" ] || fail "The program $program does not lie beside this file, or may not be run."
    mkdir -p "$data/applications"
    while IFS= read -r line; do
        case $line in
        Exec=*' %F') printf 'Exec=%s %%F\nTryExec=%s\n' "$(as_word "$here/$program")" "$(as_value "$here/$program")" ;;
        Exec=*) printf 'Exec=%s\nTryExec=%s\n' "$(as_word "$here/$program")" "$(as_value "$here/$program")" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$menu/applications/$identifier.desktop" >"$entry.part"
    mv -f "$entry.part" "$entry"
    for picture in "$menu"/icons/hicolor/*/apps/*; do
        folder=${picture%/*}
        folder=$data${folder#"$menu"}
        mkdir -p "$folder"
        cp -f "$picture" "$folder/"
    done
    if [ "$documents" = yes ]; then
        mkdir -p "${types%/*}"
        cp -f "$menu/mime/packages/$identifier.xml" "$types"
    fi
    refresh
    printf '%s is in the menu now. It runs from where it lies: %s\n' "$name" "$here"
}

remove() {
    rm -f "$entry" "$types"
    for picture in "$icons"/*/apps/"$identifier".png "$icons"/*/apps/"$identifier".svg; do
        if [ -e "$picture" ]; then
            rm -f "$picture"
            folder=${picture%/*}
            rmdir "$folder" "${folder%/*}" 2>/dev/null || :  # where others have pictures, they stay
        fi
    done
    refresh
    printf '%s is out of the menu. The folder of the program can be thrown away: %s\n' "$name" "$here"
    printf 'What it has kept for you stays: %s\n' "$data/$identifier"
}

menu=$here/_internal/menu
case ${1:-} in
'') install ;;
--remove) remove ;;
*) fail "Run it as it is, or with --remove." ;;
esac
