; Removing what a setup installed: for the version that comes after it, and for the uninstaller.

; --- What setup and uninstaller share ---------------------------------------------------------------------

!macro SharedFunctions un

; Wait until the program at the top of the stack is closed. One that runs cannot be opened for writing.
Function ${un}WaitForEnd
  Exch $0
  Push $1
  Push $2
  StrCpy $2 0
  ${Do}
    ${IfNot} ${FileExists} "$0"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $1 "$0" a
    ${IfNot} ${Errors}
      FileClose $1
      ${Break}
    ${EndIf}
    ${If} ${Silent}
      IntOp $2 $2 + 1
      ${If} $2 > 20
        SetErrorLevel 3
        Abort
      ${EndIf}
      Sleep 500
    ${Else}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Runs)" IDRETRY +2
      Abort
    ${EndIf}
  ${Loop}
  Pop $2
  Pop $1
  Pop $0
FunctionEnd

; Remove from $Taken what the listing there names, and nothing else: people choose folders with other things.
Function ${un}RemoveListed
  Push $0
  ClearErrors
  FileOpen $0 "$Taken\${LISTING}" r
  ${IfNot} ${Errors}
    ${Do}
      FileReadUTF16LE $0 $Line
      ${If} ${Errors}
        ${Break}
      ${EndIf}
      StrCpy $Line $Line -1
      StrCpy $1 $Line 1 -1
      ${If} $1 == "\"
        RMDir "$Taken\$Line" ; where it is empty
      ${Else}
        Delete "$Taken\$Line"
      ${EndIf}
      ClearErrors
    ${Loop}
    FileClose $0
    Delete "$Taken\${LISTING}"
  ${EndIf}
  Pop $0
FunctionEnd

; Remove the shortcuts that bear the name at the top of the stack.
Function ${un}RemoveShortcuts
  Exch $0
  ${If} $0 != ""
    Delete "$SMPROGRAMS\$0.lnk"
    Delete "$DESKTOP\$0.lnk"
  ${EndIf}
  Pop $0
FunctionEnd

; Remove what makes documents of the endings at the top of the stack, each with a space behind it, ours.
Function ${un}RemoveDocuments
  Exch $0
  Push $1
  Push $2
  ${Do}
    StrCpy $1 ""
    ${Do} ; up to the next space
      StrCpy $2 $0 1
      StrCpy $0 $0 "" 1
      ${If} $2 == ""
      ${OrIf} $2 == " "
        ${Break}
      ${EndIf}
      StrCpy $1 "$1$2"
    ${Loop}
    ${If} $1 == ""
      ${Break}
    ${EndIf}
    DeleteRegKey HKCU "${CLASSES}\${IDENTIFIER}$1"
    DeleteRegValue HKCU "${CLASSES}\$1\OpenWithProgids" "${IDENTIFIER}$1"
    DeleteRegKey /ifempty HKCU "${CLASSES}\$1\OpenWithProgids"
    ReadRegStr $2 HKCU "${CLASSES}\$1" ""
    ${If} $2 == "${IDENTIFIER}$1"
      DeleteRegValue HKCU "${CLASSES}\$1" ""
      StrCpy $2 ""
    ${EndIf}
    ${If} $2 == ""
      DeleteRegKey /ifempty HKCU "${CLASSES}\$1"
    ${EndIf}
  ${Loop}
  Pop $2
  Pop $1
  Pop $0
FunctionEnd

!macroend

!insertmacro SharedFunctions ""
!insertmacro SharedFunctions "un."

!macro TellExplorer
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; kinds of documents have changed
!macroend

; --- Uninstaller ------------------------------------------------------------------------------------------

Section "Uninstall"
  SetShellVarContext current
  Push "$INSTDIR\${EXE}"
  Call un.WaitForEnd
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DATA" $1
  ${If} ${Errors}
  ${AndIf} ${FileExists} "$LOCALAPPDATA\${IDENTIFIER}\*.*"
    MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "$(RemoveData)" /SD IDNO IDNO keep
  ${EndIf}
  RMDir /r "$LOCALAPPDATA\${IDENTIFIER}"
keep:
  StrCpy $Taken $INSTDIR
  Call un.RemoveListed
  Push "${FOLDER}"
  Call un.RemoveShortcuts
  Push "${DOCUMENTS}"
  Call un.RemoveDocuments
  !insertmacro TellExplorer
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
