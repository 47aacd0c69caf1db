// Opens the tab for this reader, before anything is painted: by the address (its place, else ?on=), else by an earlier
// choice, which guide.js keeps, else by the device. Tabs are named in both as guide.js does it: macos-10.15-to-12. A
// label begins like its platform and names its oldest version. An iPad that says it is a Mac has a touch screen; a Mac
// does not tell its version: the newest. It runs in the oldest browsers that have a tab.
!function(agent,kept,best){
  var platform=/iP/.test(agent)?/^i/:/Mac/.test(agent)?navigator.maxTouchPoints?/^i/:/^m/:/^b/;
  try{kept=kept.concat(JSON.parse(localStorage["guide:tabs"]))}catch(e){}
  [].forEach.call(document.currentScript.previousElementSibling.children,function(label){
    var text=label.textContent.toLowerCase().replace(/[^\w.]+/g,"-"),
      fits=platform.test(text)&&!(parseFloat(text.replace(/\D+/,""))>parseFloat(agent.replace("_",".").split("OS ")[1])),
      rank="#"+label.htmlFor==location.hash?0:kept.indexOf(text)+1||(fits?98:99);
    if(rank<best){
      best=rank;
      label.control.checked=!0
    }
  })
}(navigator.userAgent,/[?&]on=([^&]+)/.exec(location.search)||[],99)
