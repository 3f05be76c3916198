; The setup of one program, for makensis. What is this program's own stands in VALUES, a file that the build
; writes: NAME, EXE, IDENTIFIER, VERSION, NUMBER, PUBLISHER, HOMEPAGE, FOLDER, BUNDLE, ICON, SIDE, LISTING,
; KILOBYTES, OUT, DOCUMENTS (their endings) and the macro Documents with one line for each kind of them.

Unicode true
; A setup of 64 bits where this makensis can make one; the other kind runs on every Windows too.
!if /FileExists "${NSISDIR}/Stubs/zlib_solid-amd64-unicode"
  Target amd64-unicode
!endif
; Of 32 MB, LZMA makes 12.8 MB in 13.5 s, this 15.3 MB in 2.9 s.
SetCompressor /SOLID zlib
!include "${VALUES}"

Name "${NAME}" "${NAME_IN_CONTROLS}"
OutFile "${OUT}"
RequestExecutionLevel user ; nothing that asks for an administrator
InstallDir "$LOCALAPPDATA\Programs\${FOLDER}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${IDENTIFIER}"
!define CLASSES "Software\Classes"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
AllowSkipFiles off
ManifestSupportedOS Win10
ManifestDPIAware true
ManifestLongPathAware true
BrandingText " "

VIProductVersion "${NUMBER}"
VIFileVersion "${NUMBER}"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
!if "${PUBLISHER}" != ""
  VIAddVersionKey /LANG=0 "CompanyName" "${PUBLISHER}"
  VIAddVersionKey /LANG=0 "LegalCopyright" "© ${PUBLISHER}"
!endif

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!include "words.nsh" ; the languages; Windows' own is used where it is among them, else the first

!ifdef SIGN
  !uninstfinalize `${SIGN}` = 0
!endif

Var Taken ; a folder whose program is removed
Var Line

!include "removing.nsh" ; what removes it again, an older version of it too

; --- Setup ------------------------------------------------------------------------------------------------

; Write into a shortcut that it belongs to the window with our identifier: one button in the taskbar for both.
!macro SetAppUserModelId shortcut
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("${shortcut}", ${STGM_READWRITE}).r2'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r3)'
      ${If} $3 P<> 0
        System::Call '*(&w${NSIS_MAX_STRLEN} "${IDENTIFIER}")p.r4'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r5'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,r4)p.r6'
        ${IPropertyStore::SetValue} $3 '(r5, r6).r2'
        ${If} $2 = 0
          ${IPropertyStore::Commit} $3 ".r2"
          ${IPersistFile::Save} $1 '("${shortcut}", 1).r2'
        ${EndIf}
        System::Free $6
        System::Free $5
        System::Free $4
        ${IUnknown::Release} $3 ""
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
!macroend

!macro AddDocument ending kind
  WriteRegStr HKCU "${CLASSES}\${IDENTIFIER}${ending}" "" "${kind}"
  WriteRegStr HKCU "${CLASSES}\${IDENTIFIER}${ending}\DefaultIcon" "" "$INSTDIR\${EXE},0"
  WriteRegStr HKCU "${CLASSES}\${IDENTIFIER}${ending}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
  WriteRegStr HKCU "${CLASSES}\${ending}\OpenWithProgids" "${IDENTIFIER}${ending}" ""
  ; What has no program yet opens with this one; else people choose it under "Open with".
  ReadRegStr $0 HKCR "${ending}" ""
  ${If} $0 == ""
    WriteRegStr HKCU "${CLASSES}\${ending}" "" "${IDENTIFIER}${ending}"
  ${EndIf}
!macroend

Function .onInit
  SetShellVarContext current
  ReadRegStr $0 HKCU "${UNINSTALL}" "DisplayIcon"
  ${If} $0 != ""
    Push $0
    Call WaitForEnd
  ${EndIf}
FunctionEnd

Section
  SetShellVarContext current
  Push "$INSTDIR\${EXE}"
  Call WaitForEnd

  ; The version before goes first, wherever it was: this one may have fewer files, or another name.
  ReadRegStr $R0 HKCU "${UNINSTALL}" "Shortcut"
  ReadRegStr $R1 HKCU "${UNINSTALL}" "InstallLocation"
  StrCpy $R2 "new"
  ${If} $R0 != ""
  ${AndIfNot} ${FileExists} "$DESKTOP\$R0.lnk"
    StrCpy $R2 "" ; it was removed from the desktop by someone who did not want it there
  ${EndIf}
  ${If} $R1 != ""
  ${AndIf} $R1 != $INSTDIR
    StrCpy $Taken $R1
    Call RemoveListed
    Delete "$R1\uninstall.exe"
    RMDir "$R1"
  ${EndIf}
  StrCpy $Taken $INSTDIR
  Call RemoveListed
  Push $R0
  Call RemoveShortcuts

  SetOutPath "$INSTDIR"
  File "/oname=${LISTING}" "${LISTING_FILE}" ; first: whatever interrupts the rest, it can be removed
  File /r "${BUNDLE}"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  SetOutPath "$INSTDIR" ; where the shortcuts start it
  CreateShortCut "$SMPROGRAMS\${FOLDER}.lnk" "$INSTDIR\${EXE}" "" "$INSTDIR\${EXE}" 0
  !insertmacro SetAppUserModelId "$SMPROGRAMS\${FOLDER}.lnk"
  ${If} $R2 == "new"
    CreateShortCut "$DESKTOP\${FOLDER}.lnk" "$INSTDIR\${EXE}" "" "$INSTDIR\${EXE}" 0
    !insertmacro SetAppUserModelId "$DESKTOP\${FOLDER}.lnk"
  ${EndIf}

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${EXE}"
  !if "${PUBLISHER}" != ""
    WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  !endif
  !if "${HOMEPAGE}" != ""
    WriteRegStr HKCU "${UNINSTALL}" "URLInfoAbout" "${HOMEPAGE}"
  !endif
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "Shortcut" "${FOLDER}"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ReadRegStr $0 HKCU "${UNINSTALL}" "Documents"
  Push $0
  Call RemoveDocuments
  !insertmacro Documents AddDocument
  WriteRegStr HKCU "${UNINSTALL}" "Documents" "${DOCUMENTS}"
  !insertmacro TellExplorer
SectionEnd
