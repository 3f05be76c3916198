; What the setup says beyond NSIS's own texts, in every language that it speaks.

!macro Language name runs data
  !insertmacro MUI_LANGUAGE "${name}"
  LangString Runs ${LANG_${name}} "${runs}"
  LangString RemoveData ${LANG_${name}} "${data}$\r$\n$\r$\n$LOCALAPPDATA\${IDENTIFIER}"
!macroend

!insertmacro Language "English" \
  "${NAME} is open. Close it, then choose Retry." \
  "Remove what was entered and saved in ${NAME} as well? It cannot be brought back. It lies in"
!insertmacro Language "Spanish" \
  "${NAME} está abierto. Ciérrelo y elija Reintentar." \
  "¿Eliminar también lo que se introdujo y guardó en ${NAME}? No se podrá recuperar. Está en"
!insertmacro Language "German" \
  "${NAME} ist geöffnet. Bitte schließen und dann „Wiederholen“ wählen." \
  "Soll auch gelöscht werden, was in ${NAME} eingegeben und gespeichert wurde? Es lässt sich nicht wiederherstellen. Es liegt in"
!insertmacro Language "French" \
  "${NAME} est ouvert. Fermez-le, puis choisissez Recommencer." \
  "Supprimer aussi ce qui a été saisi et enregistré dans ${NAME} ? Ce sera définitif. Cela se trouve dans"
!insertmacro Language "PortugueseBR" \
  "${NAME} está aberto. Feche-o e escolha Repetir." \
  "Remover também o que foi digitado e salvo em ${NAME}? Não será possível recuperar. Está em"
!insertmacro Language "Hindi" \
  "${NAME} खुला है। उसे बंद करें, फिर 'पुनः प्रयास करें' चुनें।" \
  "क्या ${NAME} में डाला और सहेजा गया सब कुछ भी हटा दें? वह वापस नहीं आएगा। वह यहाँ है:"
!insertmacro Language "SimpChinese" \
  "${NAME} 正在运行。请先关闭它，然后选择“重试”。" \
  "是否同时删除在 ${NAME} 中输入和保存的内容？删除后无法恢复。位置："
